/** Files in docker's folder of drafts, good and damaged, as a test for each scenario. */

import { DRAFTS } from "./scenarios/drafts.mjs";
import { differential } from "./suite.mjs";

differential("drafts", DRAFTS);
