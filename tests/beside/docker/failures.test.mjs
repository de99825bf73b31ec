import { FAILURES } from "./scenarios/failures.mjs";
import { differential } from "./suite.mjs";

differential("failures", FAILURES);
