import { ANNOTATE } from "./scenarios/annotate.mjs";
import { differential } from "./suite.mjs";

differential("annotate", ANNOTATE);
