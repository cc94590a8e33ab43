import { z } from "zod";
import {
  AUTHORITY,
  B2C_TENANT,
  SYSTEM_GROUPS,
  USER_FLOW,
  VALIDATION_KEY,
} from "../../components/gateway/portal/rules";
import { applicationId, day, GROUP_LOOK_UP, objectId, reason } from "../parts";
import { onceValid } from "./when";

const userFlow = (description: string) =>
  z
    .string()
    .regex(USER_FLOW.pattern)
    .meta({
      description,
      rule: `must have ${USER_FLOW.words}`,
      fix: "write it as the B2C tenant lists it",
    });

const entraSignIn = z
  .strictObject({
    kind: z.literal("entra").describe("By Microsoft Entra ID, in this stack's tenant."),
    secrets: z
      .record(
        z
          .string()
          .regex(/^[A-Za-z0-9-]{1,40}$/)
          .meta({
            description: "Key of the secret.",
            rule: "must be 1 to 40 letters, digits and hyphens",
            fix: 'choose another key, e.g. "2027"',
          }),
        z
          .strictObject({
            from: day("First day on which it is valid, as YYYY-MM-DD."),
            until: day("Day on which it ends, at most two years later, as YYYY-MM-DD."),
          })
          .describe("How long it is valid."),
      )
      .describe(
        "Secrets by which API Management, which takes nothing better, proves to Entra ID that it is the portal, by a key of your choice. " +
          "Entra ID makes them. To rotate: add one, make it the current one, and remove the old one by a later update.",
      ),
    currentSecret: z.string().describe("Key of the secret that the portal uses."),
  })
  .refine(({ secrets, currentSecret }) => currentSecret in secrets, {
    path: ["currentSecret"],
    params: { rule: "must be the key of one of the secrets", fix: "write a key of secrets" },
    when: onceValid(z.looseObject({ secrets: z.looseObject({}), currentSecret: z.string() })),
  });

const signIn = z
  .discriminatedUnion("kind", [
    entraSignIn,
    z.strictObject({
      kind: z.literal("b2c").describe("By Azure AD B2C, which nobody gets any more since May 2025."),
      tenantDomain: z
        .string()
        .regex(B2C_TENANT.pattern)
        .meta({
          description: "Domain of the B2C tenant, e.g. contoso.onmicrosoft.com.",
          rule: `must have ${B2C_TENANT.words}`,
          fix: "take it from the overview of the B2C tenant",
        }),
      authority: z
        .string()
        .regex(AUTHORITY.pattern)
        .meta({
          description: "Where the B2C tenant signs users in, e.g. contoso.b2clogin.com.",
          rule: `must have ${AUTHORITY.words}`,
          fix: "write the host name alone",
        }),
      flows: z
        .strictObject({
          signIn: userFlow("User flow by which developers sign in."),
          signUp: userFlow("User flow by which they sign up; may be the same."),
          editProfile: userFlow("User flow by which they change what is known of them.").optional(),
          resetPassword: userFlow("User flow by which they get a new password.").optional(),
        })
        .describe("User flows of the B2C tenant by their names."),
      clientId: applicationId.describe(
        "Client id of the portal's registration in the B2C tenant, which stands already.",
      ),
      clientSecret: z.string().min(1).meta({ description: "Its client secret.", secret: true }),
    }),
    z.strictObject({
      kind: z.literal("password").describe("By a password that API Management keeps."),
      because: reason("Why passwords are right here."),
    }),
  ])
  .meta({
    refused: {
      externalId: {
        rule: "is no sign-in of its own: External ID is part of the tenant",
        fix: "write entra, and add the portal's registration to a user flow: docs/portal.md",
      },
    },
  })
  .describe("How developers sign in.");

const portalGroup = z
  .strictObject({
    displayName: z.string().min(1).max(300).describe("What the portal calls it, at most 300 characters."),
    objectId: objectId("Object id of the group in Entra ID.", GROUP_LOOK_UP),
    products: z
      .array(z.string().describe("Key of an integration, which its product is named after."))
      .min(1)
      .describe("Products that its members see. A product that a group names is seen by those that name it."),
  })
  .describe("A group of Entra ID.");

const delegation = z
  .strictObject({
    url: z
      .string()
      .regex(/^https:\/\/[^/\s]+/)
      .meta({
        description: "https address of the site that takes over.",
        rule: "must begin with https://",
        fix: "give its https address",
      }),
    validationKey: z.string().regex(VALIDATION_KEY.pattern).meta({
      description: "Key in base64 by which the site knows the portal.",
      secret: true,
      rule: "must be written in base64",
      fix: VALIDATION_KEY.fix,
    }),
    subscriptions: z.boolean().default(true).describe("Whether the site sells products."),
    userRegistration: z.boolean().default(false).describe("Whether the site signs developers in and up."),
  })
  .describe(
    "A site of yours that takes over what the portal does itself. To end it, deploy it once with both false.",
  );

export const portal = z
  .strictObject({
    signIn,
    anonymousVisitors: z
      .strictObject({ because: reason("Why anybody may read the portal.") })
      .optional()
      .describe("Lets visitors read the portal before they sign in. Left out, they are sent to sign in."),
    signUp: z
      .strictObject({ because: reason("Why anybody may make an account.") })
      .optional()
      .describe(
        "Lets whoever finds the portal make an account by its form. Left out, accounts come by the first sign-in or an " +
          "invitation.",
      ),
    terms: z
      .strictObject({
        text: z.string().regex(/\S/).meta({ description: "The terms.", fix: "write them" }),
        consentRequired: z
          .boolean()
          .default(true)
          .describe("Whether there is no account without a tick at them."),
      })
      .optional()
      .describe("What whoever makes an account agrees to. Left out, nothing."),
    groups: z
      .record(
        z
          .string()
          .regex(/^[a-z](?:[a-z0-9-]{0,78}[a-z0-9])?$/)
          .refine((key) => !SYSTEM_GROUPS.includes(key), {
            params: {
              rule: `must differ from Azure's own groups: ${SYSTEM_GROUPS.join(", ")}`,
              fix: "choose another name",
            },
          })
          .meta({
            description: "Id of the group in API Management.",
            rule: "must be 1 to 80 lower-case letters, digits and hyphens, starting with a letter, no hyphen at the end",
            fix: "choose another name",
          }),
        portalGroup,
      )
      .default({})
      .describe(
        "Groups of Entra ID by a key of your choice. Products that none names, every developer sees.",
      ),
    console: z
      .boolean()
      .default(true)
      .describe("Whether the test console signs developers in at Entra ID, in this stack's tenant."),
    delegation: delegation.optional(),
    content: z
      .string()
      .regex(/^(?!\.)[\w.-]+(?:\/(?!\.)[\w.-]+)*$/)
      .meta({
        description:
          "Folder with the portal's pages and styles, below the program's. Left out, they are what the portal's own editor made.",
        rule: "must be a path below the program's folder",
        fix: "write it as e.g. portal",
      })
      .optional(),
    publish: z
      .boolean()
      .default(true)
      .describe("Whether the portal is published whenever something of it changes."),
    edition: z
      .int()
      .min(1)
      .default(1)
      .describe("Raised by one to publish what was changed in the portal's own editor."),
  })
  .describe(
    "Sign-in, groups, pages and publication of the developer portal. Left out, Azure's own defaults hold, and nothing is published.",
  );
