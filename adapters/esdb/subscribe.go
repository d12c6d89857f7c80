package esdb

import (
	"context"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// subscribe opens a subscription that lives until life or the returned function
// ends it. The opening is under ctx and the guard's deadline; one that was given
// up leaves nothing behind.
func subscribe[S any](ctx, life context.Context, c *Client, open func(context.Context, *es.Client) (S, error)) (S, context.CancelFunc, error) {
	life, end := context.WithCancel(life)
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
