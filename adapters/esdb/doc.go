// Package esdb is the event store as the rest of the system sees it, over the
// official EventStoreDB client: the Store that commands append to and load
// from, the catch-up feed of the read models, and Watermill's Subscriber over
// persistent subscriptions. The same code talks to a cluster and to the embedded
// node; only the connection string differs.
//
// Every call goes through one Client, which ends it with the caller's context and
// recovers from outages that end the official client. docs/client-faults.md lists
// the official client's faults, each with the test that shows it and the test that
// shows that this package is not affected. docs/eventi.md describes the stored form.
//
// The id of an event is never used in two streams. A repeated append is recognised
// by its ids, and a real server remembers an id only for the stream where it first
// saw it: repeated in a later stream at AnyRevision the event would be written again.
package esdb
