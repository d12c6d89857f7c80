package node_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// certificate makes a certificate for loopback addresses, and a pool with its
// authority.
func certificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// secured is a node with TLS and users.
type secured struct {
	t    testing.TB
	node *node.Node
	pool *x509.CertPool
}

func newSecured(t testing.TB) secured {
	t.Helper()
	cert, pool := certificate(t)
	return secured{t, esdbtest.Start(t, node.Options{
		TLS: &tls.Config{Certificates: []tls.Certificate{cert}},
		Users: []node.User{
			{Name: "admin", Password: "changeit", Groups: []string{node.Admins}},
			{Name: "ops", Password: "changeit", Groups: []string{node.Ops}},
			{Name: "visure", Password: "a:b c"},
		},
	}), pool}
}

// as returns a client with the credentials of the user, none for "".
func (s secured) as(user, password string) *esdb.Client {
	s.t.Helper()
	config, err := esdb.ParseConnectionString(s.node.ConnectionString())
	if err != nil {
		s.t.Fatal(err)
	}
	config.Logger = esdb.NoopLogging()
	config.RootCAs, config.Username, config.Password = s.pool, user, password
	client, err := esdb.NewClient(config)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { client.Close() })
	return client
}

func TestUsersMayDoWhatTheirGroupsMay(t *testing.T) {
	t.Parallel()
	s := newSecured(t)
	ctx := esdbtest.Within(t, time.Minute)
	clients := map[string]*esdb.Client{
		"admin": s.as("admin", "changeit"), "ops": s.as("ops", "changeit"), "visure": s.as("visure", "a:b c"),
		"nobody": s.as("", ""), "wrong": s.as("admin", "wrong"), "unknown": s.as("unknown", "changeit"),
	}
	event := func() esdb.EventData {
		return esdb.EventData{EventID: uuid.New(), EventType: "event", ContentType: esdb.ContentTypeJson, Data: []byte("{}")}
	}
	put := func(stream string) func(*esdb.Client) error {
		return func(c *esdb.Client) error {
			_, err := c.AppendToStream(ctx, stream, esdb.AppendToStreamOptions{}, event())
			return err
		}
	}
	read := func(stream string) func(*esdb.Client) error {
		return func(c *esdb.Client) error {
			r, err := c.ReadStream(ctx, stream, esdb.ReadStreamOptions{}, 1)
			if err != nil {
				return err
			}
			defer r.Close()
			_, err = r.Recv()
			return err
		}
	}
	if err := put("$mine")(clients["admin"]); err != nil {
		t.Fatal(err)
	}
	if _, err := clients["admin"].SetStreamMetadata(ctx, "s", esdb.AppendToStreamOptions{}, esdb.StreamMetadata{}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what string
		call func(*esdb.Client) error
		may  string // besides admin
	}{
		{"append", put("s"), "ops visure"},
		{"append to a system stream", put("$mine"), ""},
		{"write metadata", put("$$s"), "ops visure"},
		{"write metadata of a system stream", put("$$$mine"), ""},
		{"read", read("s"), "ops visure"},
		{"read metadata", read("$$s"), "ops visure"},
		{"read a system stream", read("$mine"), ""},
		{"read the log", func(c *esdb.Client) error {
			r, err := c.ReadAll(ctx, esdb.ReadAllOptions{}, 1)
			if err != nil {
				return err
			}
			defer r.Close()
			_, err = r.Recv()
			return err
		}, ""},
		{"subscribe to a stream", func(c *esdb.Client) error {
			sub, err := c.SubscribeToStream(ctx, "s", esdb.SubscribeToStreamOptions{})
			if err != nil {
				return err
			}
			return sub.Close()
		}, "ops visure"},
		{"subscribe to the log", func(c *esdb.Client) error {
			sub, err := c.SubscribeToAll(ctx, esdb.SubscribeToAllOptions{})
			if err != nil {
				return err
			}
			return sub.Close()
		}, ""},
		{"delete", func(c *esdb.Client) error {
			if err := put("d")(clients["admin"]); err != nil {
				return err
			}
			_, err := c.DeleteStream(ctx, "d", esdb.DeleteStreamOptions{})
			return err
		}, "ops visure"},
		{"end a system stream", func(c *esdb.Client) error {
			_, err := c.TombstoneStream(ctx, "$"+uuid.NewString(), esdb.TombstoneStreamOptions{})
			return err
		}, ""},
		{"create a group", func(c *esdb.Client) error {
			return c.CreatePersistentSubscription(ctx, "s", uuid.NewString(), esdb.PersistentStreamSubscriptionOptions{})
		}, "ops"},
		{"restart the groups", func(c *esdb.Client) error {
			return c.RestartPersistentSubscriptionSubsystem(ctx, esdb.RestartPersistentSubscriptionSubsystemOptions{})
		}, "ops"},
		{"list groups", func(c *esdb.Client) error {
			_, err := c.ListAllPersistentSubscriptions(ctx, esdb.ListPersistentSubscriptionsOptions{})
			return err
		}, "ops visure"},
	} {
		for user, client := range clients {
			want := codes.PermissionDenied
			switch {
			case user == "wrong" || user == "unknown":
				want = codes.Unauthenticated
			case user == "admin" || user != "nobody" && strings.Contains(c.may, user):
				want = codes.OK
			}
			if got := codeOf(c.call(client)); got != want {
				t.Errorf("%s, %s: %v, want %v", user, c.what, got, want)
			}
		}
	}
}

// codeOf is the status code that the client made its error of.
func codeOf(err error) codes.Code {
	var e *esdb.Error
	if !errors.As(err, &e) {
		return status.Code(err)
	}
	switch e.Code() {
	case esdb.ErrorCodeAccessDenied:
		return codes.PermissionDenied
	case esdb.ErrorCodeUnauthenticated:
		return codes.Unauthenticated
	}
	return codes.Unknown
}

func TestConsumersAreShownByName(t *testing.T) {
	t.Parallel()
	s := newSecured(t)
	ctx := esdbtest.Within(t, time.Minute)
	admin, user := s.as("admin", "changeit"), s.as("visure", "a:b c")
	for _, stream := range []string{"s", "$s"} {
		if err := admin.CreatePersistentSubscription(ctx, stream, "g", esdb.PersistentStreamSubscriptionOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	sub, err := user.SubscribeToPersistentSubscription(ctx, "s", "g", esdb.SubscribeToPersistentSubscriptionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	info, err := user.GetPersistentSubscriptionInfo(ctx, "s", "g", esdb.GetPersistentSubscriptionOptions{})
	if err != nil || len(info.Connections) != 1 || info.Connections[0].Username != "visure" {
		t.Errorf("%+v, %v", info, err)
	}
	_, err = user.SubscribeToPersistentSubscription(ctx, "$s", "g", esdb.SubscribeToPersistentSubscriptionOptions{})
	if got := codeOf(err); got != codes.PermissionDenied {
		t.Errorf("a group on a system stream: %v", err)
	}
}

// A refused append is answered with the reason after all of it was read.
func TestRefusedCallsSayWhy(t *testing.T) {
	t.Parallel()
	s := newSecured(t)
	conn, err := grpc.NewClient(s.node.Addr().String(), grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{RootCAs: s.pool})))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	basic := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
	for header, want := range map[string]codes.Code{
		basic("admin:wrong"):         codes.Unauthenticated,
		basic("admin"):               codes.Unauthenticated,
		basic(":"):                   codes.Unauthenticated,
		"Basic ?":                    codes.Unauthenticated,
		"Bearer admin":               codes.Unauthenticated,
		"":                           codes.Unauthenticated,
		basic("visure:a:b c"):        codes.PermissionDenied,
		"basic YWRtaW46Y2hhbmdlaXQ=": codes.OK,
	} {
		ctx := metadata.AppendToOutgoingContext(esdbtest.Within(t, time.Minute), "authorization", header)
		call, err := streams.NewStreamsClient(conn).Append(ctx)
		if err != nil {
			t.Fatal(err)
		}
		size := 100_000
		if want == codes.OK {
			size = 1
		}
		for _, m := range appendOf("$s", 40, size) {
			if call.Send(m) != nil {
				break
			}
		}
		reply, err := call.CloseAndRecv()
		if got := status.Code(err); got != want || (err == nil) != (reply.GetSuccess() != nil) {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
		denied := call.Trailer().Get("exception")
		if want == codes.PermissionDenied && (len(denied) != 1 || denied[0] != "access-denied") {
			t.Errorf("%q: exception %v", header, denied)
		}
	}
	ctx := esdbtest.Within(t, time.Minute)
	if _, err := gossip.NewGossipClient(conn).Read(ctx, &shared.Empty{}); err != nil {
		t.Errorf("gossip for the anonymous: %v", err)
	}
	if _, err := serverfeatures.NewServerFeaturesClient(conn).GetSupportedMethods(ctx, &shared.Empty{}); err != nil {
		t.Errorf("features for the anonymous: %v", err)
	}
}

// appendOf is an append of so many events with metadata of a size.
func appendOf(stream string, events, size int) []*streams.AppendReq {
	messages := []*streams.AppendReq{{Content: &streams.AppendReq_Options_{Options: &streams.AppendReq_Options{
		StreamIdentifier:       &shared.StreamIdentifier{StreamName: []byte(stream)},
		ExpectedStreamRevision: &streams.AppendReq_Options_Any{},
	}}}}
	for range events {
		messages = append(messages, &streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{
			ProposedMessage: &streams.AppendReq_ProposedMessage{
				Id:             &shared.UUID{Value: &shared.UUID_String_{String_: uuid.NewString()}},
				Metadata:       map[string]string{"type": "event", "content-type": "application/json"},
				CustomMetadata: make([]byte, size),
			}}})
	}
	return messages
}

func TestUsersThatCannotBe(t *testing.T) {
	t.Parallel()
	cert, _ := certificate(t)
	secure := &tls.Config{Certificates: []tls.Certificate{cert}}
	good := node.User{Name: "a", Password: "b"}
	for title, o := range map[string]node.Options{
		"users without TLS": {Users: []node.User{good}},
		"a name twice":      {TLS: secure, Users: []node.User{good, good}},
		"no name":           {TLS: secure, Users: []node.User{{Password: "b"}}},
		"no password":       {TLS: secure, Users: []node.User{{Name: "a"}}},
		"a colon":           {TLS: secure, Users: []node.User{{Name: "a:b", Password: "b"}}},
	} {
		o.Dir = t.TempDir()
		if n, err := node.Open(o); err == nil {
			t.Errorf("%s is accepted", title)
			n.Close()
		}
	}
}

// Without users TLS is required and credentials are ignored.
func TestTLSWithoutUsers(t *testing.T) {
	t.Parallel()
	cert, pool := certificate(t)
	s := secured{t, esdbtest.Start(t, node.Options{TLS: &tls.Config{Certificates: []tls.Certificate{cert}}}), pool}
	ctx := context.Background()
	for _, c := range []*esdb.Client{s.as("", ""), s.as("who", "ever")} {
		if _, err := c.AppendToStream(ctx, "$s", esdb.AppendToStreamOptions{}, esdb.EventData{EventType: "event"}); err != nil {
			t.Error(err)
		}
	}
}
