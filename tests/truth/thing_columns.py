"""The headers of all stat types but `calls`, typed in by hand: names and order are what clients read them by."""

from collections.abc import Mapping

__all__ = ["THING_COLUMNS"]

_TYPED = {
    "texts records": """
        date message_id name email target_type target_id sender_id direction to_phone from_phone encrypted_text
        encrypted_aes_text mms timezone
    """,
    "texts stats": """
        date user_id name email type all_texts inbound_texts outbound_texts internal_texts mms failed contacts timezone
    """,
    "voicemails records": """
        call_id target_id name email external_number internal_number date date_listened listened_by_target_id
        listened_by_name listened_by_email recording_url transcription_text timezone
    """,
    "voicemails stats": """
        date user_id name email type voicemails listened unlistened avg_time_to_listen_minutes timezone
    """,
    "recordings records": """
        call_id target_id name email operator_id operator_name operator_email external_number internal_number date
        recording_url duration timezone
    """,
    "recordings stats": """
        date user_id name email type recordings recorded_calls recording_minutes avg_recording_minutes timezone
    """,
    "screenshare records": """
        date_started screenshare_id call_id target_id name email target_type participants date_ended duration timezone
    """,
    "screenshare stats": """
        date user_id name email type screenshares screenshare_minutes avg_screenshare_minutes participants timezone
    """,
    "csat records": """
        date call_id survey_id question_id question response channel target_id target_type name email operator_id
        operator_name operator_email external_number date_sent date_responded timezone
    """,
    "dispositions records": """
        date_started call_id operator_id operator_name operator_email disposition direction external_number
        internal_number date_rang date_queued date_connected date_ended target_id target_kind office_id company_id
        salesforce_activity_id recording_url note timezone
    """,
    "onduty records": """
        date record_id target_id availability_status on_duty_status reason name email target_type call_center_id
        setter_name setter_email setter_role timezone
    """,
    "onduty stats": """
        date user_id name email type call_center_id call_center_name on_duty_minutes available_minutes
        occupied_minutes wrapup_minutes busy_minutes unavailable_minutes occupancy on_duty_occurrences first_on_duty
        last_on_duty timezone
    """,
}

THING_COLUMNS: Mapping[tuple[str, str], tuple[str, ...]] = {
    (form.split()[0], form.split()[1]): tuple(names.split()) for form, names in _TYPED.items()
}
"""The header of each form, by stat type and export type."""
