/** `create` beside `docker manifest create`, as a test for each scenario. */

import { CREATE } from "./scenarios/create.mjs";
import { differential } from "./suite.mjs";

differential("create", CREATE, { isStarted: true });
