/** `inspect` beside `docker manifest inspect`, as a test for each scenario. */

import { INSPECT } from "./scenarios/inspect.mjs";
import { differential } from "./suite.mjs";

differential("inspect", INSPECT);
