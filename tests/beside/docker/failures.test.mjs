/** Registries that refuse, fail or answer something else, as a test for each scenario. */

import { FAILURES } from "./scenarios/failures.mjs";
import { differential } from "./suite.mjs";

differential("failures", FAILURES);
