import { answer } from "./app.js";

const domain: string = process.argv[2]!;
console.log((await answer(domain)) satisfies string);
