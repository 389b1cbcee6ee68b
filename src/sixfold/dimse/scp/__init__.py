"""The provider's side of an association: one module for each service, all driven by `sixfold.dimse.scp.connection`."""
