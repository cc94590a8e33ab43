import type * as pulumi from "@pulumi/pulumi";
import { isLate } from "../../workflow/json";

/**
 * Where a CNAME leads.
 *
 * A name below a domain that Azure shares between its tenants, as `<service>.azure-api.net`, becomes anybody's when the
 * service goes: it is given with the `owner` of the name, a resource or component of this program; or with the reason why
 * a name is trusted that this program does not own. A text alone is any other name.
 *
 * The record waits for its owner when it is created, and so is deleted before it. Where Azure reserves the name of a service
 * that is deleted (API Management, 48 hours), `"this program"` is enough of an owner, and neither waits for the other: they
 * come and go side by side, and until the record is gone nobody else can take the name.
 * https://learn.microsoft.com/azure/security/fundamentals/subdomain-takeover
 */
export type CnameTarget =
  | pulumi.Input<string>
  | { readonly hostName: pulumi.Input<string>; readonly owner: pulumi.Resource }
  | { readonly hostName: string; readonly owner: "this program" }
  | { readonly hostName: pulumi.Input<string>; readonly external: { readonly because: string } };

/** Who may issue certificates for a name and those below it; every other authority has to refuse (RFC 8659). */
export interface CaaPolicy {
  /** Domains by which authorities are known, e.g. `digicert.com`; none, and nobody may. */
  readonly issuers: readonly pulumi.Input<string>[];
  /** The same for wildcard certificates. @default those in `issuers` */
  readonly wildcardIssuers?: readonly pulumi.Input<string>[];
  /** Where authorities tell of requests that they refused: `mailto:…` or `https://…`. @default nowhere */
  readonly reportTo?: pulumi.Input<string>;
}

/** What the parent of a signed zone says of the key that signs its keys (RFC 4034). */
export interface DelegationSigner {
  /** 0 to 65,535. */
  readonly keyTag: number;
  /** Number of the algorithm, 0 to 255; Azure DNS signs with 13. */
  readonly algorithm: number;
  /** Number of the digest's algorithm, 0 to 255; Azure DNS gives 2, SHA-256. */
  readonly digestType: number;
  /** Hexadecimal. */
  readonly digest: pulumi.Input<string>;
}

/** A rewriting rule of RFC 3403. */
export type NaptrRule = {
  /** 0 to 65,535, the lowest first. */
  readonly order: number;
  /** Among rules of one order, 0 to 65,535, the lowest first. */
  readonly preference: number;
  readonly flags: "" | "A" | "P" | "S" | "U";
  readonly services: string;
} & (
  | { readonly regexp: string; readonly replacement?: undefined }
  | { readonly replacement: pulumi.Input<string>; readonly regexp?: undefined }
);

/**
 * One record set, by type: 1 to 20 records of it, of TXT up to 400. SOA, and NS of the zone itself, are Azure's: it
 * creates them with the zone, so that azure-native refuses to create them again.
 */
export type DnsRecord =
  | { readonly type: "A" | "AAAA"; readonly addresses: readonly pulumi.Input<string>[] }
  | {
      /**
       * An alias: answers what a resource of Azure has, and nothing once that is gone.
       * https://learn.microsoft.com/azure/dns/dns-alias
       */
      readonly type: "A" | "AAAA" | "CNAME";
      /**
       * ARM id of a public IP address (A, AAAA), of a Traffic Manager profile, of an endpoint of Front Door or CDN, or of
       * a record set of this type in the same zone; such a one of the same component is named by its key.
       */
      readonly alias: pulumi.Input<string> | { readonly record: string };
    }
  | ({ readonly type: "CAA" } & CaaPolicy)
  | { readonly type: "CNAME"; readonly target: CnameTarget }
  /** In a zone that is signed itself. */
  | { readonly type: "DS"; readonly signers: readonly DelegationSigner[] }
  | {
      readonly type: "MX";
      readonly exchanges: readonly {
        /** 0 to 65,535, the lowest first. */
        readonly preference: number;
        readonly exchange: pulumi.Input<string>;
      }[];
    }
  | { readonly type: "NAPTR"; readonly rules: readonly NaptrRule[] }
  /** Delegates a name below the zone. */
  | { readonly type: "NS"; readonly nameServers: readonly pulumi.Input<string>[] }
  | { readonly type: "PTR"; readonly names: readonly pulumi.Input<string>[] }
  /** Its name begins with service and protocol, e.g. `_sip._tcp`. */
  | {
      readonly type: "SRV";
      readonly services: readonly {
        /** 0 to 65,535, the lowest first. */
        readonly priority: number;
        /** Share among services of one priority, 0 to 65,535. */
        readonly weight: number;
        readonly port: number;
        readonly target: pulumi.Input<string>;
      }[];
    }
  /** Its name begins with port and protocol, e.g. `_443._tcp` (RFC 6698); of use in a signed zone only. */
  | {
      readonly type: "TLSA";
      readonly associations: readonly {
        /** 0 to 3. */
        readonly usage: number;
        /** 0, the certificate, or 1, its public key. */
        readonly selector: number;
        /** 0, all of it, 1, its SHA-256, or 2, its SHA-512. */
        readonly matchingType: number;
        /** Hexadecimal. */
        readonly data: pulumi.Input<string>;
      }[];
    }
  /** Values of any length; all of them have at most 4,096 characters. */
  | { readonly type: "TXT"; readonly values: readonly pulumi.Input<string>[] };

/** A record set with its place in the zone. */
export type DnsRecordSet = DnsRecord & {
  /** Name relative to the zone, `@` for the zone itself. A first label `*` stands for any (but for NS). */
  readonly name: string;
  /** Seconds that resolvers keep the answer, 1 to 2,147,483,647. @default 300 */
  readonly ttl?: number;
  /** The key that it was deployed with, where it has another one now: it is then kept. @default none */
  readonly formerKey?: string;
};

/** What a record set has where it says nothing. */
export const RECORD_DEFAULTS = { ttl: 300 } as const;

/**
 * The TXT record by which a service of Azure sees that a host name is its tenant's: `asuid` for App Service
 * (https://learn.microsoft.com/azure/app-service/app-service-web-tutorial-custom-domain), `apimuid` for API Management.
 *
 * @param host relative to the zone, e.g. `api`, or `@`
 * @param identifier what the service gives out for it
 */
export function ownershipProof(
  prefix: "apimuid" | "asuid",
  host: string,
  identifier: pulumi.Input<string>,
): DnsRecordSet {
  return { type: "TXT", name: host === "@" ? prefix : `${prefix}.${host}`, values: [identifier] };
}

/** Whether an alias names a record set of the same component. */
export function isOfRecord(
  alias: pulumi.Input<string> | { readonly record: string },
): alias is { readonly record: string } {
  return typeof alias === "object" && !isLate(alias);
}

/** Whether a target is a name alone. */
export function isPlainTarget(target: CnameTarget): target is pulumi.Input<string> {
  return typeof target === "string" || isLate(target);
}
