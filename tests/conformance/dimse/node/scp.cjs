// A service provider: node scp.cjs PORT; answers C-ECHO, C-STORE and C-FIND and prints a JSON line for each.
const { Dataset, Scp, Server, constants, responses } = require("dcmjs-dimse");
const { PresentationContextResult, Status } = constants;

const say = (line) => console.log(JSON.stringify(line));

class Peer extends Scp {
  associationRequested(association) {
    this.association = association;
    for (const { id } of association.getPresentationContexts()) {
      const context = association.getPresentationContext(id);
      context.setResult(PresentationContextResult.Accept, context.getTransferSyntaxUids()[0]);
    }
    this.sendAssociationAccept();
  }
  cEchoRequest(request, callback) {
    say({ echo: true });
    const response = responses.CEchoResponse.fromRequest(request);
    response.setStatus(Status.Success);
    callback(response);
  }
  cStoreRequest(request, callback) {
    say({ stored: request.getAffectedSopInstanceUid(), patient: request.getDataset().getElement("PatientID") });
    const response = responses.CStoreResponse.fromRequest(request);
    response.setStatus(Status.Success);
    callback(response);
  }
  cFindRequest(request, callback) {
    const pending = responses.CFindResponse.fromRequest(request);
    pending.setDataset(new Dataset({ PatientID: "12345", PatientName: "JOHN^DOE" }));
    pending.setStatus(Status.Pending);
    const final = responses.CFindResponse.fromRequest(request);
    final.setStatus(Status.Success);
    callback([pending, final]);
  }
  associationReleaseRequested() {
    this.sendAssociationReleaseResponse();
  }
}

const server = new Server(Peer);
server.on("networkError", (error) => say({ error: String(error) }));
server.listen(Number(process.argv[2]));
