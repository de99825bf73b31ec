import { DRAFTS } from "./scenarios/drafts.mjs";
import { differential } from "./suite.mjs";

differential("drafts", DRAFTS);
