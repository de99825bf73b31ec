// The request of an inspect and nothing else: what a start costs that no program can save.

const { get } = require("node:http");

get(process.argv[2], { agent: false }, (response) => {
  const chunks = [];
  response.on("data", (chunk) => chunks.push(chunk)).on("end", () => process.stdout.write(Buffer.concat(chunks)));
});
