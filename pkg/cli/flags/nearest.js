/** The word that was probably meant, for the command line. */

export { nearest } from "../../core/nearest.js";
