package esdb

import (
	"context"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// subscribe opens a subscription that lives until ctx or the returned function
// ends it. Only the opening is under the guard's deadline; an opening that was
// given up leaves nothing behind.
func subscribe[S any](ctx context.Context, c *Client, open func(context.Context, *es.Client) (S, error)) (S, context.CancelFunc, error) {
	life, end := context.WithCancel(ctx)
	s, err := guard(ctx, c, func(_ context.Context, client *es.Client) (S, error) {
		return open(life, client)
	})
	if err != nil {
		end()
		var none S
		return none, func() {}, err
	}
	return s, end, nil
}
