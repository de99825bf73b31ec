/** Help, and command lines that are wrong, as a test for each scenario. */

import { USAGE } from "./scenarios/usage.mjs";
import { differential } from "./suite.mjs";

differential("usage", USAGE, { isStarted: true });
