import { z } from "zod";
import { accessProblems } from "../../components/access";
import { GROUP_LOOK_UP, objectId, reason } from "../parts";
import { onceValid } from "./when";

/** Object ids of Entra ID, by which somebody gets roles. */
const objectIds = (description: string, lookUp: string) =>
  z.array(objectId("Object id in Entra ID.", lookUp)).default([]).describe(description);

const groupIds = (description: string) => objectIds(description, GROUP_LOOK_UP);

export const access = z
  .strictObject({
    operators: groupIds(
      "Groups that see all, query logs, and stop and start workflows, by their object ids.",
    ),
    developers: groupIds("Groups that see gateway and workflows, and query logs, by their object ids."),
    pipelines: objectIds(
      "Service principals that run `pulumi up`, by their object ids, not their client ids. They can hand on no right of " +
        "their own.",
      "az ad sp show --id <client id> --query id",
    ),
    developersEdit: z
      .strictObject({
        because: reason("Why developers may change by hand what the next update changes back."),
      })
      .optional()
      .describe(
        "Lets developers edit gateway and workflows by hand, and see the gateway's keys. Left out, they see only.",
      ),
  })
  .superRefine(
    (all, context) => {
      for (const { path, ...params } of accessProblems(all)) {
        context.addIssue({ code: "custom", path: [...path], params });
      }
    },
    {
      when: onceValid(
        z.looseObject({
          operators: z.array(z.string()),
          developers: z.array(z.string()),
          pipelines: z.array(z.string()),
          developersEdit: z.looseObject({ because: z.string() }).optional(),
        }),
      ),
    },
  )
  .prefault({})
  .describe("Who works with this stack, and so has roles in its resource groups: docs/access.md.");
