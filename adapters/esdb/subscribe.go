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
	s, err := inside(ctx, c, func(_ context.Context, g *generation) (S, error) {
		s, err := open(life, g.client)
		if err == nil {
			c.hold(g, life)
		}
		return s, err
	})
	if err != nil {
		end()
		var none S
		return none, func() {}, err
	}
	return s, end, nil
}
