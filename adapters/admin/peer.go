package admin

import (
	"context"
	"net"
	"os"
	"os/user"
	"strconv"

	"github.com/visure-anagrafiche/visure/domain"
)

// peer is the account of the process at the other end of a connection.
type peer struct {
	account string
	refused error // why it may not ask for anything
}

type peerKey struct{}

// withPeer notes, for the requests of a connection, who is at its other end, as the
// kernel says it.
func withPeer(ctx context.Context, conn net.Conn) context.Context {
	var p peer
	uid, err := peerUID(conn)
	switch {
	case err != nil:
		p.refused = domain.Errorf(domain.Forbidden, "non si può sapere quale account chiama: %v", err)
	case uid != 0 && int(uid) != os.Geteuid():
		p.refused = domain.Errorf(domain.Forbidden, "l'installazione si amministra solo da root o dall'account del server")
	}
	p.account = Account(int(uid))
	return context.WithValue(ctx, peerKey{}, p)
}

// Account returns the name of an account of this machine; of one without a name, its
// number.
func Account(uid int) string {
	number := strconv.Itoa(uid)
	known, err := user.LookupId(number)
	if err != nil {
		return number
	}
	return known.Username
}
