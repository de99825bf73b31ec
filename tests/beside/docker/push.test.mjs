import { PUSH } from "./scenarios/push.mjs";
import { differential } from "./suite.mjs";

differential("push", PUSH, { isStarted: true });
