"""The headers of the `calls` reports, typed in by hand: names and order are what clients read them by."""

__all__ = [
    "COLUMNS_DATE",
    "COLUMNS_DATE_CENTER",
    "COLUMNS_GROUP",
    "COLUMNS_MEASURES",
    "COLUMNS_PERSON",
    "COLUMNS_RECORDS",
    "COLUMNS_USER",
    "COLUMNS_USER_CENTER",
]


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COLUMNS_RECORDS = _names(
    """
    date_started call_id category direction external_number internal_number date_first_rang date_queued
    date_rang date_connected date_ended target_id target_kind target_type name email was_recorded
    entry_point_call_id entry_point_target_id entry_point_target_kind proxy_target_id voicemail transferred_to
    transferred_to_contact_id transferred_from_target_id office_id company_id device salesforce_activity_id
    timezone availability time_in_system callback_type callback_id master_call_id time_to_answer
    date_callback_connected date_callback_ended date_anonymized categories ringing_duration ringing_occurrences
    hold_duration hold_occurrences talk_duration queued_duration queued_occurrences wrapup_duration
    participant_type percent_ai_talk_time percent_ai_listen_time percent_ai_silent_time campaign_id is_internal
    """
)

COLUMNS_DATE_CENTER = _names(
    """
    date all_calls inbound_calls outbound_calls voicemails missed abandoned forwarded cancelled minutes acd aht
    inbound_minutes outbound_minutes time_in_system service_level callbacks_requested callbacks_completed
    callbacks_cancelled open_inbound_calls open_missed_calls open_abandoned_calls callbacks_connected
    callbacks_unconnected missed_voicemails other_voicemails missed_transferred asa open_transferred
    short_abandoned handled answered answered_transferred message spam in_queue_voicemail dtmf_voicemail
    direct_to_voicemail transfer_voicemail outbound_connected connected_transferred transferred_out
    transferred_in dtmf_transfer auto_transfer router_transfer forward_transfer timezone ringing_duration
    avg_ringing_duration hold_duration avg_hold_duration talk_duration avg_talk_duration queued_duration
    avg_queued_duration wrapup_duration avg_wrapup_duration callback_agent_missed_rejected
    direct_callback_agent_missed_rejected direct_callback_cancelled scripted_ivr_transfer total_voicemails
    unresolved_voicemails resolved_voicemails avg_voicemail_handle_time_minutes
    avg_voicemail_assignment_time_minutes avg_time_open_minutes
    """
)

COLUMNS_DATE = _names(
    """
    date all_calls inbound_calls outbound_calls voicemails missed abandoned forwarded cancelled minutes acd
    inbound_minutes outbound_minutes callbacks_requested callbacks_completed callbacks_cancelled
    callbacks_connected callbacks_unconnected missed_voicemails other_voicemails missed_transferred asa handled
    answered answered_transferred message spam in_queue_voicemail dtmf_voicemail direct_to_voicemail
    transfer_voicemail outbound_connected connected_transferred transferred_out transferred_in dtmf_transfer
    auto_transfer router_transfer forward_transfer timezone ringing_duration avg_ringing_duration hold_duration
    avg_hold_duration talk_duration avg_talk_duration queued_duration avg_queued_duration
    callback_agent_missed_rejected direct_callback_agent_missed_rejected direct_callback_cancelled
    scripted_ivr_transfer average_percent_ai_talk_time total_voicemails unresolved_voicemails
    resolved_voicemails avg_voicemail_handle_time_minutes avg_voicemail_assignment_time_minutes
    avg_time_open_minutes
    """
)

COLUMNS_USER = _names(
    """
    date user_id name email type all_calls inbound_calls outbound_calls voicemails missed abandoned forwarded
    cancelled minutes acd inbound_minutes outbound_minutes internal_calls forwarding_number desktop_app
    mobile_voip desk_phone web_app callbacks_cancelled handled answered answered_transferred message spam
    in_queue_voicemail dtmf_voicemail direct_to_voicemail transfer_voicemail outbound_connected
    connected_transferred transferred_out transferred_in dtmf_transfer auto_transfer router_transfer
    forward_transfer ringing_duration avg_ringing_duration hold_duration avg_hold_duration talk_duration
    avg_talk_duration rejected ring_no_answer
    """
)

COLUMNS_USER_CENTER = _names(
    """
    date user_id name email type all_calls inbound_calls outbound_calls voicemails missed abandoned forwarded
    cancelled minutes acd aht inbound_minutes outbound_minutes internal_calls forwarding_number desktop_app
    mobile_voip desk_phone web_app callbacks_cancelled handled answered answered_transferred message spam
    in_queue_voicemail dtmf_voicemail direct_to_voicemail transfer_voicemail outbound_connected
    connected_transferred transferred_out transferred_in dtmf_transfer auto_transfer router_transfer
    forward_transfer ringing_duration avg_ringing_duration hold_duration avg_hold_duration talk_duration
    avg_talk_duration queued_duration avg_queued_duration wrapup_duration avg_wrapup_duration timezone rejected
    ring_no_answer
    """
)

COLUMNS_GROUP = _names(
    """
    name type all_calls inbound_calls outbound_calls voicemails missed abandoned forwarded cancelled minutes acd
    aht inbound_minutes outbound_minutes time_in_system service_level callbacks_requested callbacks_completed
    callbacks_cancelled asa callbacks_connected callbacks_unconnected missed_voicemails other_voicemails
    missed_transferred short_abandoned handled answered answered_transferred message spam in_queue_voicemail
    dtmf_voicemail direct_to_voicemail transfer_voicemail outbound_connected connected_transferred
    transferred_out transferred_in dtmf_transfer auto_transfer router_transfer forward_transfer timezone
    ringing_duration avg_ringing_duration hold_duration avg_hold_duration talk_duration avg_talk_duration
    queued_duration avg_queued_duration wrapup_duration avg_wrapup_duration average_percent_ai_talk_time
    callback_agent_missed_rejected direct_callback_agent_missed_rejected direct_callback_cancelled
    open_inbound_calls open_missed_calls open_abandoned_calls scripted_ivr_transfer dids total_voicemails
    unresolved_voicemails resolved_voicemails avg_voicemail_handle_time_minutes
    avg_voicemail_assignment_time_minutes avg_time_open_minutes
    """
)

COLUMNS_MEASURES = _names(
    """
    all_calls inbound_calls outbound_calls voicemails missed abandoned forwarded cancelled minutes acd aht
    inbound_minutes outbound_minutes time_in_system service_level callbacks_requested callbacks_completed
    callbacks_cancelled callbacks_connected callbacks_unconnected open_inbound_calls open_missed_calls
    open_abandoned_calls open_transferred missed_voicemails other_voicemails missed_transferred asa
    short_abandoned handled answered answered_transferred message spam in_queue_voicemail dtmf_voicemail
    direct_to_voicemail transfer_voicemail outbound_connected connected_transferred transferred_out
    transferred_in dtmf_transfer auto_transfer router_transfer forward_transfer scripted_ivr_transfer
    ringing_duration avg_ringing_duration hold_duration avg_hold_duration talk_duration avg_talk_duration
    queued_duration avg_queued_duration wrapup_duration avg_wrapup_duration callback_agent_missed_rejected
    direct_callback_agent_missed_rejected direct_callback_cancelled average_percent_ai_talk_time
    total_voicemails unresolved_voicemails resolved_voicemails avg_voicemail_handle_time_minutes
    avg_time_open_minutes internal_calls forwarding_number desktop_app mobile_voip desk_phone web_app rejected
    ring_no_answer other_inbound answered_percent missed_percent abandoned_percent service_level_percent
    speed_of_answer avg_time_to_abandon
    """
)
"""What every row of our own dimensions of `calls` measures."""

COLUMNS_PERSON = _names(
    """
    user_id name email type all_calls inbound_calls outbound_calls voicemails missed abandoned forwarded cancelled
    minutes acd aht inbound_minutes outbound_minutes callbacks_cancelled handled answered answered_transferred
    message spam in_queue_voicemail dtmf_voicemail direct_to_voicemail transfer_voicemail outbound_connected
    connected_transferred transferred_out transferred_in dtmf_transfer auto_transfer router_transfer
    forward_transfer ringing_duration avg_ringing_duration hold_duration avg_hold_duration talk_duration
    avg_talk_duration wrapup_duration avg_wrapup_duration internal_calls forwarding_number desktop_app mobile_voip
    desk_phone web_app rejected ring_no_answer answered_percent missed_percent timezone
    """
)
"""What a person's row of all days together says."""
