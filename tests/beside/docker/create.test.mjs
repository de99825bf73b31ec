import { CREATE } from "./scenarios/create.mjs";
import { differential } from "./suite.mjs";

differential("create", CREATE, { isStarted: true });
