import { TIERS, type TierFeatures, type TierName } from "../../components/gateway/tier";
import { same, text, type Properties } from "./properties";

/** What the tier of a service has; nothing where it is none that is known. */
export function tierOf(inputs: Properties): TierFeatures | undefined {
  const asked = text(inputs, "sku.name");
  const name = (Object.keys(TIERS) as TierName[]).find((one) => same(one, asked));
  return name && TIERS[name];
}
