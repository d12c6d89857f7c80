package esdb

import (
	"context"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// subscribe opens a subscription that lives until life or the returned function
// ends it. Only the opening is limited by ctx and by callTimeout; a subscription
// that is opened after that is ended.
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
