/** The version of the mall that this code is, as discovery, the API document and metrics tell it. */
export const version = "0.1.0";
