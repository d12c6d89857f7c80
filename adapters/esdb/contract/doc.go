// Package contract tests what this system relies on in an event store: what
// EventStoreDB answers to each request, with code, trailers, contents and order. Its
// chapters:
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
// The tests run against any server of the protocol:
//
//	VISURE_TEST_ESDB='esdb://localhost:2113?tls=false' go test ./adapters/esdb/contract
//
// and without that variable against the embedded node. They can be built as one file
// and run where a server is, a single one or a cluster, with or without TLS:
//
//	CGO_ENABLED=0 go test -c -o contract.test ./adapters/esdb/contract
//	VISURE_TEST_ESDB='esdb://admin:changeit@10.0.0.1:2113?tlsVerifyCert=false' ./contract.test
//
// The user must be of the group $admins. Names of streams and groups differ in every
// run, and are deleted at the end of each test; the run fails if any is left.
// Tombstones cannot be removed. No test makes a request that is known to harm a real
// server: the tests of chapter 9, whose names begin with TestNode, are skipped
// against other servers than the node. Where two release lines differ, a test
// expects the answer of the server's line; where real servers of one line differ
// from run to run, whatever is certain.
//
// The helpers that tests of the node share are in esdbtest.
package contract
