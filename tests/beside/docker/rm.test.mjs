/** `rm` beside `docker manifest rm`, as a test for each scenario. */

import { RM } from "./scenarios/rm.mjs";
import { differential } from "./suite.mjs";

differential("rm", RM, { isStarted: true });
