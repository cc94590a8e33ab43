import { TIER_SOURCES, TIERS, type TierFeatures } from "../components/gateway/tier";

const yes = (has: boolean): string => (has ? "yes" : "–");
const list = (names: readonly string[]): string => names.join(", ") || "–";
const range = ({ min, max }: TierFeatures["units"]): string =>
  max === 0 ? "by use" : min === max ? `${max}` : `${min} to ${max}`;
const number = (count: number): string => (count === 0 ? "–" : count.toLocaleString("en"));

/** The rows: what each is called, and how it is told of a tier. */
const ROWS: Readonly<
  Record<keyof typeof TIER_SOURCES, readonly [label: string, tell: (tier: TierFeatures) => string]>
> = {
  sla: ["Service level agreement", ({ sla }) => yes(sla)],
  units: ["Units in a region", ({ units }) => range(units)],
  regions: ["Further regions", ({ regions }) => yes(regions)],
  zones: ["Availability zones", ({ zones }) => yes(zones)],
  networks: ["Virtual network", ({ networks }) => list(networks)],
  staticAddresses: ["Static addresses", ({ staticAddresses }) => yes(staticAddresses)],
  gatewayHostnames: ["Own names of the gateway", ({ gatewayHostnames }) => number(gatewayHostnames)],
  otherHostnames: ["Other own names", ({ otherHostnames }) => list(otherHostnames)],
  looksUpHostnames: ["Own names looked up first", ({ looksUpHostnames }) => yes(looksUpHostnames)],
  developerPortal: ["Developer portal", ({ developerPortal }) => yes(developerPortal)],
  portalSignIn: ["Portal sign-in with Entra ID", ({ portalSignIn }) => yes(portalSignIn)],
  backup: ["Backup", ({ backup }) => yes(backup)],
  selfHostedGateways: ["Self-hosted gateways", ({ selfHostedGateways }) => number(selfHostedGateways)],
  cacheMiB: ["Built-in cache, MiB", ({ cacheMiB }) => number(cacheMiB)],
  autoscale: ["Autoscale", ({ autoscale }) => yes(autoscale)],
  cipherSettings: ["Cipher settings", ({ cipherSettings }) => yes(cipherSettings)],
  clientCertificates: ["Client certificates negotiated", ({ clientCertificates }) => yes(clientCertificates)],
  caCertificates: ["CA certificates of the service", ({ caCertificates }) => number(caCertificates)],
};

const BEFORE = `# The tiers of API Management

<!-- Made by \`npm run generate\` from components/gateway/tier.ts. -->

What \`gateway.tier\` can be, and what each tier has. A setting that a tier has not is refused before anything is
registered, with the tiers that have it. Each row links to its source.
`;

const AFTER = `A v2 tier has no address that stays the same: workflows then admit the gateway by its token alone, and not by its
address as well. Its built-in cache is that of the whole service, the others' that of a unit. The self-hosted gateways of
the Developer tier have one node each.
`;

/** docs/tiers.md: what each tier has, by the same data by which settings and components refuse what it has not. */
export function tierTable(): string {
  const tiers = Object.values(TIERS);
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rows = (Object.keys(TIER_SOURCES) as (keyof typeof TIER_SOURCES)[]).map((key) => {
    const [label, tell] = ROWS[key];
    return row([`[${label}](${TIER_SOURCES[key]})`, ...tiers.map(tell)]);
  });
  const refusals = Object.entries(TIERS).flatMap(([name, { refused }]) =>
    refused === undefined ? [] : [`- ${name}: ${refused}.`],
  );
  const table = [
    row(["", ...Object.keys(TIERS)]),
    row(["---", ...tiers.map(() => "---")]),
    row(["**Deployed here**", ...tiers.map(({ refused }) => yes(refused === undefined))]),
    ...rows,
  ];
  return [BEFORE, table.join("\n"), `Not deployed here:\n\n${refusals.join("\n")}`, AFTER].join("\n\n");
}
