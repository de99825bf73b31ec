import { answer } from "./app.js";
import { registry, show } from "./show.js";

answer(registry).then(show, show);
