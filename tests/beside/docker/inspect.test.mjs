import { INSPECT } from "./scenarios/inspect.mjs";
import { differential } from "./suite.mjs";

differential("inspect", INSPECT);
