/**
 * Pulumi notes a stack for each of its promises, and jest maps every frame of it to its source, which takes half of the
 * time of a test of components. Three frames still show where an expectation failed.
 */
Error.stackTraceLimit = 3;
