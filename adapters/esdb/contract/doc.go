// Package contract holds the tests of what this system relies on in an event
// store: of what EventStoreDB answers to each request, code, trailers, contents
// and order. They are the document of it, in tables and sentences. Its chapters:
//
//	 1  discovery, identities, names      discovery_test, read_test
//	 2  appends                           append_test, append_malformed_test
//	 3  deletes and tombstones            delete_test
//	 4  stream metadata                   metadata_test
//	 5  plain reads                       read_test
//	 6  links                             read_test, group_delivery_test
//	 7  catch-up subscriptions            subscribe_test
//	 8  persistent subscriptions          group_…_test
//	 9  where the embedded node does better than a real server
//	                                      node_…_test
//	10  where the lines 23.10 and 24.10 differ
//	                                      store.by, wire.soon
//
// They run against any server of the protocol:
//
//	VISURE_TEST_ESDB='esdb://localhost:2113?tls=false' go test ./adapters/esdb/contract
//
// and without that variable against the embedded node. As one file they can be
// carried to where a server is, a single one or a cluster, with or without TLS:
//
//	CGO_ENABLED=0 go test -c -o contract.test ./adapters/esdb/contract
//	VISURE_TEST_ESDB='esdb://admin:changeit@10.0.0.1:2113?tlsVerifyCert=false' ./contract.test
//
// The user must be of the group $admins. The tests take names of their own,
// different in every run, and delete their streams and groups when they are done;
// the run fails if anything is left. What cannot be taken back are tombstones, of
// streams that nobody else will name. No test asks a server what is known to make
// a real one fail: those of chapter 9 are skipped against others than the node.
// Where two lines differ a test wants the answer of the server's own.
package contract
