import { answer } from "./app.js";

answer(process.argv[2]).then(console.log);
