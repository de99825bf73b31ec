/** References that are no reference, and short ones, as a test for each scenario. */

import { REFERENCES } from "./scenarios/references.mjs";
import { differential } from "./suite.mjs";

differential("references", REFERENCES);
