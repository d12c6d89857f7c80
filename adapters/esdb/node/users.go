package node

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/access"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// Groups of users that have rights.
const (
	// Admins may do everything.
	Admins = access.Admins
	// Ops may manage persistent subscriptions, but not touch system streams.
	Ops = access.Ops
)

// User may call the node with Basic authentication. A user without a group may read,
// write and consume streams whose names do not begin with "$".
type User struct {
	Name     string
	Password string
	Groups   []string
}

// users are the accounts by name. With a nil map every caller has all rights.
type users map[string]account

type account struct {
	password [sha256.Size]byte
	groups   []string
}

func newUsers(list []User) (users, error) {
	if len(list) == 0 {
		return nil, nil
	}
	u := users{}
	for _, user := range list {
		if _, twice := u[user.Name]; twice || user.Name == "" || strings.Contains(user.Name, ":") || user.Password == "" {
			return nil, errors.New("every user needs a password, and a name of its own without a colon")
		}
		u[user.Name] = account{sha256.Sum256([]byte(user.Password)), slices.Clone(user.Groups)}
	}
	return u, nil
}

var errUnauthenticated = protocol.NewFault(codes.Unauthenticated, "Unauthenticated")

// authenticate adds the caller to the context of a call.
func (u users) authenticate(ctx context.Context) (context.Context, error) {
	if u == nil {
		return ctx, nil
	}
	md, _ := metadata.FromIncomingContext(ctx)
	said := md.Get("authorization")
	if len(said) == 0 {
		return access.With(ctx, access.Caller{}), nil
	}
	name, password, ok := parseBasic(said[0])
	a, known := u[name]
	sum := sha256.Sum256([]byte(password))
	if same := subtle.ConstantTimeCompare(sum[:], a.password[:]) == 1; !ok || !known || !same {
		return nil, errUnauthenticated
	}
	return access.With(ctx, access.Caller{Name: name, Groups: a.groups}), nil
}

// parseBasic reads the credentials of RFC 7617.
func parseBasic(header string) (name, password string, ok bool) {
	scheme, encoded, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	text, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(text), ":")
}

// authenticateUnary refuses calls with wrong credentials. Calls without any are
// anonymous: clients discover the node without credentials.
func (u users) authenticateUnary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	ctx, err := u.authenticate(ctx)
	if err != nil {
		return nil, err
	}
	return handle(ctx, req)
}

// authenticateStream is authenticateUnary for streaming calls. It reads a refused
// append to its end; see streamsService.Append.
func (u users) authenticateStream(service any, stream grpc.ServerStream, call *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	ctx, err := u.authenticate(stream.Context())
	if err != nil {
		if call.FullMethod == streams.Streams_Append_FullMethodName {
			drain(func() (int, error) {
				var m streams.AppendReq
				err := stream.RecvMsg(&m)
				return proto.Size(&m), err
			})
		}
		return err
	}
	return handle(service, &callersStream{stream, ctx})
}

// callersStream is a call whose context holds the caller.
type callersStream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s *callersStream) Context() context.Context { return s.ctx }
