/** `push` beside `docker manifest push`, as a test for each scenario. */

import { PUSH } from "./scenarios/push.mjs";
import { differential } from "./suite.mjs";

differential("push", PUSH, { isStarted: true });
