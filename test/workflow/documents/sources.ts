/**
 * Where the structure of each document was seen: which triggers, actions, options and forms of expressions stand together
 * in public workflows of Logic Apps Consumption; where it is another kind of source, the text says so. The documents are rebuilt, with names, texts and addresses of their own;
 * nothing is copied.
 */
export const SOURCES: Readonly<Record<string, { readonly source: string; readonly covers: string }>> = {
  "01-metric-alert": {
    source:
      "https://github.com/Azure/logicapps/blob/master/templates/azure-monitor-metric-alert-handler.json",
    covers: "a request whose schema nests lists in objects; one call of a connector",
  },
  "02-cancel-orders": {
    source: "https://github.com/Azure/logicapps/blob/master/templates/cancel-runs-by-tracking-id.json",
    covers:
      "a checked request with a tracking id; result() of a loop, Query and Select over it; answers on success and on failure",
  },
  "03-blob-expiry": {
    source: "https://github.com/Azure/logicapps/blob/master/templates/Azure-Blob-Auto-Expiration.json",
    covers: "a schedule; pagination; a condition as one expression; descriptions",
  },
  "04-member-approval": {
    source: "https://github.com/Azure/logicapps/blob/master/templates/mailchimp-sharepoint.json",
    covers: "a connector that is asked, one run an item; an approval that waits for its callback",
  },
  "05-idoc-batch": {
    source: "https://github.com/Azure/logicapps/blob/master/templates/sap-receive-batch.json",
    covers: "a connector that calls; XPath over XML; a variable made of another",
  },
  "06-dead-letter": {
    source: "https://github.com/Azure/logicapps/blob/master/templates/service-bus-peek-lock-dead-letter.json",
    covers: "a queue with peek-lock; what happens when a scope fails",
  },
  "07-sessions": {
    source: "https://github.com/Azure/logicapps/blob/master/templates/service-bus-sessions.json",
    covers:
      "try and catch; loops until a variable says stop; two runs side by side; names with a quote and an equals sign",
  },
  "08-run-once": {
    source: "https://github.com/Azure/logicapps/blob/master/templates/scheduler-run-once-http.json",
    covers: "waiting until a time that the caller gives; a scope for errors",
  },
  "09-next-run": {
    source: "https://github.com/Azure/logicapps/blob/master/scripts/recurrence-jobs/schedulesWithConn.json",
    covers:
      "counting in a loop with a limit; a variable declared after the loop; another workflow that is called",
  },
  "10-queue-retry": {
    source:
      "https://github.com/jeffhollan/LogicAppTemplateCreator/blob/master/LogicAppTemplate.Test/TestFiles/Samples/StorageQueuesConnector/providers-Microsoft.Logic-workflows-INT0091.MailboxErrorHandling.json",
    covers: "storage queue messages one run each; a name with dots; a run that ends early as succeeded",
  },
  "11-attachment-upload": {
    source:
      "https://github.com/jeffhollan/LogicAppTemplateCreator/blob/master/LogicAppTemplate.Test/TestFiles/APIM.json",
    covers:
      "an API of API Management with a subscription key; a schema that names its draft; an answer without kind",
  },
  "12-action-codes": {
    source:
      "https://github.com/jeffhollan/LogicAppTemplateCreator/blob/master/LogicAppTemplate.Test/TestFiles/complex-logicapp-switch.json",
    covers: "a switch over the first character of a text; calls in a loop inside a case",
  },
  "13-weekly-score": {
    source:
      "https://github.com/Azure/Microsoft-Defender-for-Cloud/blob/main/Secure%20Score/Send-SecureScoreBriefing/azuredeploy.json",
    covers:
      "days of the week, hours as texts; the time now, a week ago and in words; a query as the body of a call",
  },
  "14-csv-export": {
    source:
      "https://github.com/Azure/Microsoft-Defender-for-Cloud/blob/main/Workflow%20automation/Export-ASCRecommendationsToCSV/azuredeploy.json",
    covers: "loops in loops; a managed identity; a list that becomes a CSV file",
  },
  "15-expiring-contracts": {
    source:
      "https://github.com/Azure/Microsoft-Defender-for-Cloud/blob/main/Workflow%20automation/Extend-AlertSuppressionRulesAboutToExpire/azuredeploy.json",
    covers:
      "a start and a time zone, and the portal's copy of both; times that are added to; a run that ends as cancelled; nesting down to the sixth level",
  },
  "16-locked-account": {
    source:
      "https://github.com/Azure/Microsoft-Defender-for-Cloud/blob/main/Workflow%20automation/Disable-AAD-Account-Revoke-Tokens/azuredeploy.gov.json",
    covers: "a switch in a switch in a loop; what runs after a call that failed; a name with a quote",
  },
  "17-store-scan": {
    source:
      "https://github.com/Azure/Microsoft-Defender-for-Cloud/blob/main/Workflow%20automation/ScheduledScan-Storage/azuredeploy.json",
    covers: "a list as a parameter; one item after another; asking until work is done; an HTML table",
  },
  "18-list-review": {
    source:
      "https://github.com/4d4MP/azure-logic-app-collection/blob/main/blob_review/playbook/azuredeploy.json",
    covers:
      "an early answer; texts that Select makes; work side by side whose results are joined; secrets that the history does not show; a comparison without and",
  },
  "19-batch-receiver": {
    source: "https://github.com/Azure-Samples/Serverless-File-Validation/blob/main/LogicApps/template.json",
    covers: "messages that are released together; a name with a quote",
  },
  "20-batch-sender": {
    source: "https://github.com/Azure-Samples/Serverless-File-Validation/blob/main/LogicApps/template.json",
    covers: "an event of Event Grid; the first item of a parsed list; a message for a batch, by partition",
  },
  "21-sliding-function": {
    source:
      "https://github.com/Azure-Samples/azure-logic-apps-deployment-samples/blob/master/function-app-actions/templates/logic-app-definition.json",
    covers: "a sliding window; a function with queries; an object as a parameter",
  },
  "22-incident-comment": {
    source: "https://github.com/rod-trent/SentinelPlaybooks/blob/master/ChatGPT/azuredeploy.json",
    covers: "a trigger of Microsoft Sentinel; a parameter whose type is written small",
  },
  "23-price-enrichment": {
    source: "https://github.com/Azure/logicapps/blob/master/templates/benchmarks/burst/enricher.json",
    covers:
      "a benchmark of Logic Apps Standard, without what Consumption has not: JavaScript with what it reads; an exponential retry; a switch over a status; answers in branches; an end when something failed",
  },
  "24-counter": {
    source:
      "https://github.com/Azure/LogicAppsUX/blob/main/__mocks__/workflows/MonitoringViewConditional.json",
    covers:
      "a workflow of the designer's own tests: statuses in capitals, as Azure's designer writes them; counting up and down; a download in pieces; scopes in branches",
  },
  "25-polled-stock": {
    source: "https://github.com/Azure/LogicAppsUX/blob/main/__mocks__/workflows/Switch.json",
    covers:
      "a workflow of the designer's own tests: an address that is asked on a schedule; cases without actions",
  },
  "26-callers": {
    source:
      "https://github.com/Azure/Microsoft-Defender-for-Cloud/blob/main/Workflow%20automation/Notify-ASCAlertsbyAzureActivity/azuredeploy.json",
    covers: "a text that grows in a loop; times before and after now; a condition with not",
  },
  "27-user-sync": {
    source:
      "https://github.com/jeffhollan/LogicAppTemplateCreator/blob/master/LogicAppTemplate.Test/TestFiles/parameter-test-object.json",
    covers:
      "one run at a time; loops one item after another, side by side; objects as parameters; a form as the body of a call",
  },
  "28-breach-check": {
    source:
      "https://github.com/rod-trent/SentinelPlaybooks/blob/master/HaveIBeenPwned-Email/azuredeploy.json",
    covers: "static results for tests",
  },
  "29-table-entities": {
    source:
      "https://github.com/jeffhollan/LogicAppTemplateCreator/blob/master/LogicAppTemplate.Test/TestFiles/Samples/TableConnector/providers-Microsoft.Logic-workflows-addDataToTable.json",
    covers: "a row that is written and read back; an empty schema",
  },
  "30-newsletter": {
    source: "https://learn.microsoft.com/azure/logic-apps/logic-apps-perform-data-operations",
    covers: "documented, not published as a whole: the last day of a month; a list that becomes one text",
  },
  "31-subscriptions": {
    source: "https://learn.microsoft.com/azure/connectors/connectors-native-webhook",
    covers: "documented, not published as a whole: a webhook that starts a run, and one that a run waits for",
  },
  "32-mail-notification": {
    source:
      "https://github.com/Azure/LogicAppsUX/blob/main/libs/logic-apps-shared/src/utils/src/lib/models/logicAppsV2.ts",
    covers:
      "described by Azure's designer, not published as a whole: news that a connector tells of, and that the trigger fetches",
  },
  "33-polled-api": {
    source:
      "https://github.com/Azure/LogicAppsUX/blob/main/libs/logic-apps-shared/src/designer-client-services/lib/consumption/manifests/apiManagement.ts",
    covers:
      "described by Azure's designer, not published as a whole: an API of API Management that is asked on a schedule",
  },
  "34-user-agents": {
    source:
      "https://github.com/4d4MP/azure-logic-app-collection/blob/main/malformed_user_agents_handler/playbook/azuredeploy.json",
    covers: "several variables that one action declares; a condition for each item of a list",
  },
};
