/** Commands on registries with logins, as a test for each scenario. */

import { AUTH } from "./scenarios/auth.mjs";
import { differential } from "./suite.mjs";

differential("auth", AUTH, { isStarted: true });
