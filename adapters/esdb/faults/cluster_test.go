package faults_test

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

const (
	appendMethod     = "/event_store.client.streams.Streams/Append"
	readMethod       = "/event_store.client.streams.Streams/Read"
	persistentPrefix = "/event_store.client.persistent_subscriptions."
	joinMethod       = persistentPrefix + "PersistentSubscriptions/Read"
	gossipMethod     = "/event_store.client.gossip.Gossip/Read"
)

// cluster is several fronts before one node, of which one at a time is the
// leader. The others answer what only a leader does with "not leader" and, once
// there is one, where it is.
type cluster struct {
	members []*front

	mu     sync.Mutex
	leader int // -1 during an election
	gone   map[int]bool
}

func startCluster(t testing.TB, node string, size int) *cluster {
	c := &cluster{gone: map[int]bool{}}
	for i := range size {
		f := startFront(t, node)
		f.set(hooks{refuse: func(method string, call grpc.ServerStream) error { return c.refuse(i, method, call) }})
		c.members = append(c.members, f)
	}
	return c
}

// url names every member.
func (c *cluster) url() string {
	var hosts []string
	for _, m := range c.members {
		hosts = append(hosts, m.address())
	}
	return "esdb://" + strings.Join(hosts, ",") + "?tls=false"
}

// lead makes a member the leader, -1 nobody. Persistent subscriptions end on the
// one that was.
func (c *cluster) lead(i int) {
	c.mu.Lock()
	was := c.leader
	c.leader = i
	c.mu.Unlock()
	if was >= 0 && was != i {
		c.members[was].drop(joinMethod, status.Error(codes.Canceled, "Operation canceled."))
	}
}

// lose closes a member and breaks its connections.
func (c *cluster) lose(i int) {
	c.mu.Lock()
	c.gone[i] = true
	c.mu.Unlock()
	c.members[i].vanish()
}

func (c *cluster) refuse(i int, method string, call grpc.ServerStream) error {
	c.mu.Lock()
	leader := c.leader
	c.mu.Unlock()
	switch {
	case method == gossipMethod:
		return c.gossip(call)
	case i == leader || method != appendMethod && !strings.HasPrefix(method, persistentPrefix) && !wantsLeader(call):
		return nil
	}
	if method == appendMethod { // a real server takes all of it before it refuses
		for message := []byte(nil); call.RecvMsg(&message) == nil; {
		}
	}
	if leader < 0 {
		return unavailable
	}
	at := c.members[leader]
	call.SetTrailer(metadata.Pairs("exception", "not-leader",
		"leader-endpoint-host", at.host, "leader-endpoint-port", strconv.Itoa(at.port)))
	return status.Error(codes.NotFound, "Leader info available")
}

// gossip tells what each member is.
func (c *cluster) gossip(call grpc.ServerStream) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	info := &gossip.ClusterInfo{}
	for i, m := range c.members {
		state := gossip.MemberInfo_Follower
		if i == c.leader {
			state = gossip.MemberInfo_Leader
		}
		info.Members = append(info.Members, &gossip.MemberInfo{
			State: state, IsAlive: !c.gone[i], HttpEndPoint: &gossip.EndPoint{Address: m.host, Port: uint32(m.port)},
		})
	}
	answer, err := proto.Marshal(info)
	if err != nil {
		return err
	}
	var question []byte
	if err := call.RecvMsg(&question); err != nil {
		return err
	}
	if err := call.SendMsg(&answer); err != nil {
		return err
	}
	return errAnswered
}

// wantsLeader says whether a call is one that only the leader may answer.
func wantsLeader(call grpc.ServerStream) bool {
	sent, _ := metadata.FromIncomingContext(call.Context())
	return len(sent.Get("requires-leader")) > 0
}
