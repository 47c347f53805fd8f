"""The feature of outbox messages that failed until they were given up."""

from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    acts={
        "workflow.send_again": RecordedAct("重新发送没有送达的消息"),
        "workflow.send_all_again": RecordedAct("重新发送全部没有送达的消息"),
        "workflow.set_aside": RecordedAct("不再发送没有送达的消息"),
    },
)
