import { USAGE } from "./scenarios/usage.mjs";
import { differential } from "./suite.mjs";

differential("usage", USAGE, { isStarted: true });
