import type * as dns from "@pulumi/azure-native/dns";
import * as pulumi from "@pulumi/pulumi";

/** The keys that sign a zone. */
type SigningKeys = pulumi.Unwrap<dns.DnssecConfig["signingKeys"]>;

/** What the parent of a signed zone has to hold. The key that signs records has no part in it, and no such information. */
export function dsRecords(keys: SigningKeys) {
  return keys.flatMap(({ keyTag, securityAlgorithmType, delegationSignerInfo }) =>
    delegationSignerInfo.map(({ digestAlgorithmType, digestValue }) => ({
      keyTag,
      algorithm: securityAlgorithmType,
      digest: { algorithmType: digestAlgorithmType, value: digestValue },
    })),
  );
}

/** The same as a person enters it at a registrar. */
export function delegationSigners(keys: SigningKeys): string[] {
  return keys.flatMap(({ delegationSignerInfo }) => delegationSignerInfo.map(({ record }) => record));
}

/**
 * What is left to do for a person. First the name servers: a DS record before them would make resolvers ask for
 * signatures of whoever has answered so far.
 */
export function delegationToDo(
  domain: string,
  nameServers: pulumi.Output<string[]>,
  signers: pulumi.Output<string[]> | undefined,
): pulumi.Output<string> {
  return pulumi
    .all([nameServers, signers ?? []])
    .apply(([servers, records]) =>
      [
        `This stack does not delegate ${domain}. At its registrar, or in its parent zone, set NS to ${servers.join(", ")}.`,
        ...(records.length > 0 ? [`Once these answer for it, add DS ${records.join(", ")}.`] : []),
      ].join(" "),
    );
}
