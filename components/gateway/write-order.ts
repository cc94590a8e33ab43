import type * as pulumi from "@pulumi/pulumi";

/**
 * Writes that Azure would refuse in parallel: those that touch one API, its revisions, operations, policies and links
 * to products, and those that touch versions of one set (https://github.com/Azure/apiops/issues/141, 379). Each waits
 * for the one before, in the order of the program.
 */
export class WriteOrder {
  private latest: readonly pulumi.Resource[];

  /** @param first what the first write waits for */
  constructor(first: readonly pulumi.Resource[] = []) {
    this.latest = first;
  }

  /**
   * Makes the next write.
   *
   * @param write given what it has to wait for
   */
  next<R extends pulumi.Resource>(write: (after: readonly pulumi.Resource[]) => R): R {
    const made = write(this.latest);
    this.latest = [made];
    return made;
  }
}
