/** `annotate` beside `docker manifest annotate`, as a test for each scenario. */

import { ANNOTATE } from "./scenarios/annotate.mjs";
import { differential } from "./suite.mjs";

differential("annotate", ANNOTATE);
