package edge

import "context"

// Ahead has the log looked at while it is found out who a request is of, as
// commands.Handler.Ahead does. One that only reads rests on that look until it has waited
// for something. Done is to be called once it is answered.
func (e *Edge) Ahead(ctx context.Context) (with context.Context, done func()) {
	x := Of(ctx)
	with, x.looked = e.Commands.Ahead(ctx, x.reads)
	return with, x.looked
}

// forget has whatever the request is told from now on looked at anew.
func (x *Exchange) forget() {
	if x.looked != nil {
		x.looked()
	}
}
