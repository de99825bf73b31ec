import { REFERENCES } from "./scenarios/references.mjs";
import { differential } from "./suite.mjs";

differential("references", REFERENCES);
