const { createClient } = require("multiarch");

test("a platform is resolved", async () => {
  const { digest } = await createClient().resolve(`${process.env.REGISTRY}/demo/app:1.0`, { platform: "linux/arm64" });
  expect(process.env.EXPECTED).toContain(` ${digest}`);
});
