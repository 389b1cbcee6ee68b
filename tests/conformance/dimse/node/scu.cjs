// One operation as service user: node scu.cjs PORT OPERATION [ARGUMENT...]; prints one JSON line of what it heard.
const { Client, constants, requests, responses } = require("dcmjs-dimse");

const [port, operation, ...rest] = process.argv.slice(2);
const client = new Client();
const heard = { statuses: [], found: [], stored: [], failures: [] };

const build = {
  echo: () => [new requests.CEchoRequest()],
  store: () => rest.map((file) => new requests.CStoreRequest(file)),
  find: () => [requests.CFindRequest.createStudyFindRequest({ PatientID: rest[0], PatientName: "" })],
  move: () => [requests.CMoveRequest.createStudyMoveRequest(rest[0], rest[1])],
  get: () => [requests.CGetRequest.createStudyGetRequest(rest[0])],
};

for (const request of build[operation]()) {
  request.on("response", (response) => {
    heard.statuses.push(response.getStatus());
    if (operation === "find" && response.hasDataset()) {
      heard.found.push(response.getDataset().getElement("PatientID"));
    }
    if (operation === "move" || operation === "get") {
      heard.completed = response.getCompleted();
    }
  });
  client.addRequest(request);
}
client.on("cStoreRequest", (request, callback) => {
  heard.stored.push(request.getAffectedSopInstanceUid());
  const response = responses.CStoreResponse.fromRequest(request);
  response.setStatus(constants.Status.Success);
  callback(response);
});
client.on("associationRejected", (result) => heard.failures.push(`rejected ${JSON.stringify(result)}`));
client.on("networkError", (error) => heard.failures.push(String(error)));
client.on("closed", () => console.log(JSON.stringify(heard)));
client.send("127.0.0.1", Number(port), "DCMJS", "HOUSE", { asyncOps: undefined });
