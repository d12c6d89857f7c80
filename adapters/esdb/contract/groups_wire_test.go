package contract

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// create builds requests to create a group "g" on stream "s", from the start.
func create(change ...func(*persistent.CreateReq_Options)) *persistent.CreateReq {
	o := &persistent.CreateReq_Options{
		StreamOption: &persistent.CreateReq_Options_Stream{Stream: &persistent.CreateReq_StreamOptions{
			StreamIdentifier: name("s"), RevisionOption: &persistent.CreateReq_StreamOptions_Start{}}},
		GroupName: "g",
		Settings: &persistent.CreateReq_Settings{
			MaxRetryCount: 10, MinCheckpointCount: 1, MaxCheckpointCount: 1000, LiveBufferSize: 500, ReadBatchSize: 20, HistoryBufferSize: 500,
			ConsumerStrategy: "RoundRobin",
			MessageTimeout:   &persistent.CreateReq_Settings_MessageTimeoutMs{MessageTimeoutMs: 30_000},
			CheckpointAfter:  &persistent.CreateReq_Settings_CheckpointAfterMs{CheckpointAfterMs: 2_000},
		},
	}
	for _, c := range change {
		c(o)
	}
	return &persistent.CreateReq{Options: o}
}

func onStream(s string) func(*persistent.CreateReq_Options) {
	return func(o *persistent.CreateReq_Options) { o.GetStream().StreamIdentifier = name(s) }
}

func fromRevision(r uint64) func(*persistent.CreateReq_Options) {
	return func(o *persistent.CreateReq_Options) {
		o.GetStream().RevisionOption = &persistent.CreateReq_StreamOptions_Revision{Revision: r}
	}
}

func onAll(o *persistent.CreateReq_Options) {
	o.StreamOption = &persistent.CreateReq_Options_All{All: &persistent.CreateReq_AllOptions{
		AllOption: &persistent.CreateReq_AllOptions_Start{}, FilterOption: &persistent.CreateReq_AllOptions_NoFilter{}}}
}

func fromPosition(commit, prepare uint64) func(*persistent.CreateReq_Options) {
	return func(o *persistent.CreateReq_Options) {
		onAll(o)
		o.GetAll().AllOption = &persistent.CreateReq_AllOptions_Position{
			Position: &persistent.CreateReq_Position{CommitPosition: commit, PreparePosition: prepare}}
	}
}

func byRegex(expression string) func(*persistent.CreateReq_Options) {
	return func(o *persistent.CreateReq_Options) {
		onAll(o)
		o.GetAll().FilterOption = &persistent.CreateReq_AllOptions_Filter{Filter: &persistent.CreateReq_AllOptions_FilterOptions{
			Filter: &persistent.CreateReq_AllOptions_FilterOptions_StreamIdentifier{
				StreamIdentifier: &persistent.CreateReq_AllOptions_FilterOptions_Expression{Regex: expression}},
			Window: &persistent.CreateReq_AllOptions_FilterOptions_Count{}}}
	}
}

func withName(group string) func(*persistent.CreateReq_Options) {
	return func(o *persistent.CreateReq_Options) { o.GroupName = group }
}

func with(change func(*persistent.CreateReq_Settings)) func(*persistent.CreateReq_Options) {
	return func(o *persistent.CreateReq_Options) { change(o.Settings) }
}

func (g groups) pinByCorrelation(stream, group string) {
	g.T.Helper()
	_, err := g.stub.Create(g.Ctx, g.creation(create(onAll, withName(group),
		with(func(s *persistent.CreateReq_Settings) { s.ConsumerStrategy = "PinnedByCorrelation" }), byRegex("^PREFIXvisura-"))))
	if err != nil {
		g.T.Fatal(err)
	}
}

// creation replaces the names of a request by the server's.
func (g groups) creation(r *persistent.CreateReq) *persistent.CreateReq {
	o := r.GetOptions()
	if o == nil {
		return r
	}
	stream := o.GetStream().GetStreamIdentifier()
	if stream == nil {
		stream = o.StreamIdentifier //nolint:staticcheck // old clients send it
	}
	source := "$all"
	if stream != nil {
		source = string(stream.StreamName)
		stream.StreamName = []byte(g.Full(source))
	}
	if f := o.GetAll().GetFilter().GetStreamIdentifier(); f != nil {
		f.Regex = strings.ReplaceAll(f.Regex, "PREFIX", regexp.QuoteMeta(g.Prefix))
	}
	_, o.GroupName = g.Named(source, o.GroupName)
	return r
}

// joining builds the first message of a consumer.
func joining(stream, group string, slots int32) *persistent.ReadReq {
	return &persistent.ReadReq{Content: &persistent.ReadReq_Options_{Options: &persistent.ReadReq_Options{
		StreamOption: &persistent.ReadReq_Options_StreamIdentifier{StreamIdentifier: name(stream)},
		GroupName:    group, BufferSize: slots,
		UuidOption: &persistent.ReadReq_Options_UUIDOption{Content: &persistent.ReadReq_Options_UUIDOption_String_{String_: &shared.Empty{}}},
	}}}
}

// call is a consumer by the stubs, for messages that the official client does not
// send.
type call struct {
	t       testing.TB
	trailer *metadata.MD
	persistent.PersistentSubscriptions_ReadClient
}

func (g groups) call(messages ...*persistent.ReadReq) call {
	g.T.Helper()
	trailer := &metadata.MD{}
	stream, err := g.stub.Read(g.Ctx, grpc.Trailer(trailer))
	if err != nil {
		g.T.Fatal(err)
	}
	for _, m := range messages {
		if o := m.GetOptions(); o.GetStreamIdentifier() != nil {
			o.GetStreamIdentifier().StreamName = []byte(g.Full(string(o.GetStreamIdentifier().StreamName)))
		}
		if err := stream.Send(m); err != nil {
			g.T.Fatal(err)
		}
	}
	return call{g.T, trailer, stream}
}

// confirmed returns the id of the subscription.
func (c call) confirmed() string {
	c.t.Helper()
	m, err := c.Recv()
	if err != nil {
		c.t.Fatal(err)
	}
	return m.GetSubscriptionConfirmation().GetSubscriptionId()
}

// ended returns how the call ends, after whatever it delivers.
func (c call) ended() string {
	for {
		if _, err := c.Recv(); err != nil {
			return fault(err, *c.trailer, "")
		}
	}
}

type parked struct {
	Added    time.Time `json:"added"`
	Reason   string    `json:"reason"`
	Revision *uint64   `json:"subscriptionEventNumber"`
}

func parkedMetadata(t testing.TB, link *esdb.RecordedEvent) parked {
	t.Helper()
	var p parked
	if err := json.Unmarshal(link.UserMetadata, &p); err != nil {
		t.Fatalf("metadata %s: %v", link.UserMetadata, err)
	}
	if age := time.Since(p.Added); age.Abs() > time.Hour { // clocks differ
		t.Errorf("added %v ago", age)
	}
	return p
}

func acknowledge(ids ...uuid.UUID) *persistent.ReadReq {
	a := &persistent.ReadReq_Ack{}
	for _, id := range ids {
		a.Ids = append(a.Ids, &shared.UUID{Value: &shared.UUID_String_{String_: id.String()}})
	}
	return &persistent.ReadReq{Content: &persistent.ReadReq_Ack_{Ack: a}}
}
