package main

import "context"

// upkeep opens what the tools need, without a word about it. On one machine
// this takes the place of the server, which must be stopped.
func upkeep(ctx context.Context, c Stores) (*stack, error) {
	return open(ctx, Config{Stores: c}, quietly)
}

func quietly(string, ...any) {}

// stopFirst is said in the help of the tools.
const stopFirst = "On one machine stop the server first; with a shared PostgreSQL and EventStoreDB it may go on."
