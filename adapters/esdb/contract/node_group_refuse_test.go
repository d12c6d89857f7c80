package contract

import (
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// Requests that a real server does not answer, or that stop a group there.
func TestNodeRefusesWhatHarmsGroups(t *testing.T) {
	t.Parallel()
	g := newGroups(t, alone(t, node.Options{}))
	type settings = persistent.CreateReq_Settings
	for name, c := range map[string]struct {
		change func(*persistent.CreateReq_Options)
		want   string
	}{
		"an empty stream name":   {onStream(""), "InvalidArgument"},
		"a negative batch":       {with(func(s *settings) { s.ReadBatchSize = -1 }), "Internal failed"},
		"a negative live buffer": {with(func(s *settings) { s.LiveBufferSize = -1 }), "Internal failed"},
	} {
		if got, _ := answer(g, g.stub.Create, create(c.change)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	update := &persistent.UpdateReq{Options: &persistent.UpdateReq_Options{GroupName: "g", Settings: &persistent.UpdateReq_Settings{},
		StreamOption: &persistent.UpdateReq_Options_Stream{Stream: &persistent.UpdateReq_StreamOptions{
			StreamIdentifier: name(""), RevisionOption: &persistent.UpdateReq_StreamOptions_Start{}}}}}
	remove := &persistent.DeleteReq{Options: &persistent.DeleteReq_Options{GroupName: "g",
		StreamOption: &persistent.DeleteReq_Options_StreamIdentifier{StreamIdentifier: name("")}}}
	info := &persistent.GetInfoReq{Options: &persistent.GetInfoReq_Options{GroupName: "g",
		StreamOption: &persistent.GetInfoReq_Options_StreamIdentifier{StreamIdentifier: name("")}}}
	replay := &persistent.ReplayParkedReq{Options: &persistent.ReplayParkedReq_Options{GroupName: "g",
		StreamOption: &persistent.ReplayParkedReq_Options_StreamIdentifier{StreamIdentifier: name("")},
		StopAtOption: &persistent.ReplayParkedReq_Options_NoLimit{}}}
	said := map[string]string{}
	said["update"], _ = answer(g, g.stub.Update, update)
	said["delete"], _ = answer(g, g.stub.Delete, remove)
	said["info"], _ = answer(g, g.stub.GetInfo, info)
	said["replay"], _ = answer(g, g.stub.ReplayParked, replay)
	for what, got := range said {
		if got != "InvalidArgument" {
			t.Errorf("%s without a stream's name: %s", what, got)
		}
	}
}

func TestNodeMalformedMessageEndsThatCallAlone(t *testing.T) {
	t.Parallel()
	for name, message := range map[string]*persistent.ReadReq{
		"options again": joining("s", "g", 1),
		"nothing":       {},
		"a bad id":      {Content: &persistent.ReadReq_Ack_{Ack: &persistent.ReadReq_Ack{Ids: []*shared.UUID{{}}}}},
		"a bad action":  {Content: &persistent.ReadReq_Nack_{Nack: &persistent.ReadReq_Nack{Action: 9}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGroups(t, alone(t, node.Options{}))
			g.Append("s", 1)
			g.Create("s", "g")
			call := g.call(joining("s", "g", 1))
			call.confirmed()
			if _, err := call.Recv(); err != nil {
				t.Fatal(err)
			}
			other := g.Join("s", "g", 1)
			if err := call.Send(message); err != nil {
				t.Fatal(err)
			}
			if got := call.ended(); got != "InvalidArgument" {
				t.Errorf("ended with %s", got)
			}
			other.Expect("0@s+1")
		})
	}
}
