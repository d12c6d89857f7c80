// Package protocol is what the services of the node share of EventStoreDB's
// protocol: the encoding of events, names and ids, and errors with their trailers.
package protocol

import (
	"encoding/binary"
	"strconv"

	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// Content types of events in replies.
const (
	// ContentJSON is the content type of events that were written with exactly this
	// one.
	ContentJSON   = "application/json"
	contentBinary = "application/octet-stream"
)

// codec is gRPC's codec, except that a Frame is sent as the bytes it holds. Encoding
// an event that way is several times faster than building messages.
type codec struct{ encoding.CodecV2 }

// NewCodec returns a codec for Frames and messages.
func NewCodec() encoding.CodecV2 { return codec{encoding.GetCodecV2(proto.Name)} }

// Marshal implements encoding.CodecV2.
func (c codec) Marshal(v any) (mem.BufferSlice, error) {
	if f, ok := v.(*Frame); ok {
		return mem.BufferSlice{f.take()}, nil
	}
	return c.CodecV2.Marshal(v)
}

// Frame is an encoded message. Sending takes its content; it must be filled again
// before the next send.
type Frame struct {
	buffer  mem.Buffer
	scratch []byte
	// StringIDs: event ids are written as text, not as two numbers.
	StringIDs bool
}

func (f *Frame) take() mem.Buffer {
	b := f.buffer
	f.buffer = nil
	return b
}

// Field numbers of streams.proto, persistent.proto and shared.proto.
const (
	respEvent = 1

	readEventEvent   = 1
	readEventLink    = 2
	readEventCommit  = 3
	readEventRetries = 5 // in persistent.proto only

	recordedID         = 1
	recordedStream     = 2
	recordedRevision   = 3
	recordedPrepare    = 4
	recordedCommit     = 5
	recordedMetadata   = 6
	recordedCustomMeta = 7
	recordedData       = 8

	idStructured = 1
	idString     = 2
	streamName   = 3
)

// Event fills the frame with a streams.ReadResp. One of event and link may be nil;
// the position is the link's, if there is one.
func (f *Frame) Event(e, link *journal.Event) {
	s := f.scratch[:0]
	position := uint64(0)
	if e != nil {
		s = f.appendRecorded(s, readEventEvent, e)
		position = e.Position
	}
	if link != nil {
		s = f.appendRecorded(s, readEventLink, link)
		position = link.Position
	}
	f.fill(appendNumber(s, readEventCommit, position))
}

// Delivery fills the frame with a persistent.ReadResp, whose fields have the same
// numbers. Both recorded events carry the position of the link, if there is one.
func (f *Frame) Delivery(e, link *journal.Event, retry int) {
	s := f.scratch[:0]
	position := uint64(0)
	if link != nil {
		position = link.Position
	}
	if e != nil {
		recorded := *e
		if link != nil {
			recorded.Position = position
		}
		position = recorded.Position
		s = f.appendRecorded(s, readEventEvent, &recorded)
	}
	if link != nil {
		s = f.appendRecorded(s, readEventLink, link)
	}
	s = appendNumber(s, readEventCommit, position)
	f.fill(appendNumber(s, readEventRetries, uint64(retry)))
}

// fill makes the encoded event the content of a message.
func (f *Frame) fill(event []byte) {
	f.scratch = event
	pool := mem.DefaultBufferPool()
	buf := pool.Get(1 + protowire.SizeBytes(len(event)))
	b := protowire.AppendTag((*buf)[:0], respEvent, protowire.BytesType)
	*buf = protowire.AppendBytes(b, event)
	f.buffer = mem.NewBuffer(buf, pool)
}

// appendRecorded appends a RecordedEvent as a field.
func (f *Frame) appendRecorded(b []byte, field protowire.Number, e *journal.Event) []byte {
	contentType := contentBinary
	if e.JSON {
		contentType = ContentJSON
	}
	var ticks [20]byte
	created := strconv.AppendInt(ticks[:0], e.Created, 10)
	var idBytes [64]byte
	id := f.appendID(idBytes[:0], e)

	size := 1 + protowire.SizeBytes(len(id)) +
		1 + protowire.SizeBytes(1+protowire.SizeBytes(len(e.Stream))) +
		1 + protowire.SizeVarint(e.Revision) + 2*(1+protowire.SizeVarint(e.Position)) +
		entrySize("type", len(e.Type)) + entrySize("content-type", len(contentType)) + entrySize("created", len(created)) +
		1 + protowire.SizeBytes(len(e.Metadata)) + 1 + protowire.SizeBytes(len(e.Data))

	b = appendLength(b, field, size)
	b = appendLength(b, recordedID, len(id))
	b = append(b, id...)
	b = appendLength(b, recordedStream, 1+protowire.SizeBytes(len(e.Stream)))
	b = appendLength(b, streamName, len(e.Stream))
	b = append(b, e.Stream...)
	b = appendNumber(b, recordedRevision, e.Revision)
	b = appendNumber(b, recordedPrepare, e.Position)
	b = appendNumber(b, recordedCommit, e.Position)
	b = appendEntry(b, "type", e.Type)
	b = appendEntry(b, "content-type", contentType)
	b = appendEntry(b, "created", created)
	b = appendLength(b, recordedCustomMeta, len(e.Metadata))
	b = append(b, e.Metadata...)
	b = appendLength(b, recordedData, len(e.Data))
	return append(b, e.Data...)
}

func (f *Frame) appendID(b []byte, e *journal.Event) []byte {
	if f.StringIDs {
		b = appendLength(b, idString, 36)
		text, _ := e.ID.MarshalText()
		return append(b, text...)
	}
	high, low := binary.BigEndian.Uint64(e.ID[:8]), binary.BigEndian.Uint64(e.ID[8:])
	b = appendLength(b, idStructured, 2+protowire.SizeVarint(high)+protowire.SizeVarint(low))
	return appendNumber(appendNumber(b, 1, high), 2, low)
}

func appendLength(b []byte, field protowire.Number, size int) []byte {
	b = protowire.AppendTag(b, field, protowire.BytesType)
	return protowire.AppendVarint(b, uint64(size))
}

func appendNumber(b []byte, field protowire.Number, n uint64) []byte {
	b = protowire.AppendTag(b, field, protowire.VarintType)
	return protowire.AppendVarint(b, n)
}

// entrySize is the size of a metadata entry, tag and length included.
func entrySize(key string, value int) int {
	return 1 + protowire.SizeBytes(1+protowire.SizeBytes(len(key))+1+protowire.SizeBytes(value))
}

func appendEntry[T string | []byte](b []byte, key string, value T) []byte {
	b = appendLength(b, recordedMetadata, 1+protowire.SizeBytes(len(key))+1+protowire.SizeBytes(len(value)))
	b = appendLength(b, 1, len(key))
	b = append(b, key...)
	b = appendLength(b, 2, len(value))
	return append(b, value...)
}
