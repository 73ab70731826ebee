//! One suite for every arm: what holds for one backend holds for all.
//!
//! A case is `pub async fn name(arm: &Arm)`. Each starts with a fresh world and waits for states, never for time. One that
//! takes an `&Account` instead may be listed as `portable!` as well, and holds on real accounts too.

#[cfg(test)]
mod account;
#[cfg(test)]
mod allocation;
#[cfg(test)]
mod arms;
#[cfg(test)]
mod auto_pools;
#[cfg(test)]
mod autoscale;
#[cfg(test)]
mod bad_values;
#[cfg(test)]
mod containers;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod dependencies;
#[cfg(test)]
mod differential;
#[cfg(test)]
mod entities;
#[cfg(test)]
mod environment;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod exit_conditions;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod files;
#[cfg(test)]
mod in_memory;
#[cfg(test)]
mod job_manager;
#[cfg(test)]
mod job_schedule_states;
#[cfg(test)]
mod job_schedules;
#[cfg(test)]
mod job_states;
#[cfg(test)]
mod job_task_restarts;
#[cfg(test)]
mod job_tasks;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod lifetime;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod live;
#[cfg(test)]
mod logins;
#[cfg(test)]
mod machines;
#[cfg(test)]
mod mounts;
#[cfg(test)]
mod multi_instance;
#[cfg(test)]
mod node_options;
#[cfg(test)]
mod node_states;
#[cfg(test)]
mod nodes;
#[cfg(test)]
mod not_simulated;
#[cfg(test)]
mod output_files;
#[cfg(test)]
mod packages;
#[cfg(test)]
mod pool_changes;
#[cfg(test)]
mod pool_limits;
#[cfg(test)]
mod pools;
#[cfg(test)]
mod recorded_properties;
#[cfg(test)]
mod resource_files;
#[cfg(test)]
mod resource_lists;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod scheduling;
#[cfg(test)]
mod start_tasks;
#[cfg(test)]
mod statistics;
#[cfg(test)]
mod submission;
#[cfg(test)]
mod task_runs;
#[cfg(test)]
mod tasks;
#[cfg(test)]
mod upgrades;
#[cfg(test)]
mod user_accounts;

/// Makes a test of every case on every arm.
macro_rules! conformance {
    ($($module:ident: $($case:ident),+ $(,)?;)+) => {
        /// The traits straight on the world.
        mod sim {
            $( mod $module { $(
                #[test]
                fn $case() {
                    crate::arms::run(crate::arms::Kind::Sim, |arm| Box::pin(crate::$module::$case(arm)));
                }
            )+ } )+
        }

        /// Client, HTTP and server in memory.
        mod wire {
            $( mod $module { $(
                #[test]
                fn $case() {
                    crate::arms::run(crate::arms::Kind::Wire, |arm| Box::pin(crate::$module::$case(arm)));
                }
            )+ } )+
        }

        /// Every case by its name.
        #[cfg(test)]
        const CASES: &[(&str, arms::Case)] = &[$($(
            (
                concat!(stringify!($module), "::", stringify!($case)),
                |arm| Box::pin($module::$case(arm)),
            ),
        )+)+];
    };
}

/// Makes a test over sockets of every case that needs nothing but an account; `live` plays the same on a real one.
macro_rules! portable {
    ($($module:ident: $($case:ident),+ $(,)?;)+) => {
        /// A client, sockets and a server that listens.
        mod sockets {
            $( mod $module { $(
                #[test]
                fn $case() {
                    crate::live::run_over_sockets(|account| Box::pin(crate::$module::$case(account)));
                }
            )+ } )+
        }

        /// Every portable case by its name.
        #[cfg(test)]
        const PORTABLE_CASES: &[(&str, account::PortableCase)] = &[$($(
            (
                concat!(stringify!($module), "::", stringify!($case)),
                |account| Box::pin($module::$case(account)),
            ),
        )+)+];
    };
}

portable! {
    pools:
        conditions_protect_writes_and_save_reads,
        patch_keeps_and_updateproperties_removes;
    jobs:
        previous_states_are_resting_states;
    errors:
        what_is_not_there_is_not_found,
        what_exists_cannot_be_made_again,
        queries_are_checked;
    job_schedules:
        deleting_a_schedule_takes_its_jobs_along,
        wrong_schedules_are_refused;
    entities:
        replacing_a_job_takes_back_what_is_not_given;
}

conformance! {
    pools:
        a_new_pool_resizes_then_is_steady_with_idle_nodes,
        lists_are_filtered_selected_and_paged,
        only_what_users_write_moves_the_etag,
        conditions_protect_writes_and_save_reads,
        patch_keeps_and_updateproperties_removes,
        shrinking_prefers_idle_nodes,
        stopping_a_resize_keeps_the_nodes_there_are,
        named_nodes_are_removed,
        a_node_is_counted_out_of_the_target_once,
        a_refused_patch_changes_nothing,
        pages_of_nodes_go_on_when_nodes_leave,
        a_pool_has_no_more_nodes_than_the_world_has_memory_for,
        the_core_quota_shows_as_a_resize_error,
        a_deleted_pool_gives_its_tasks_back;
    allocation:
        a_pool_without_nodes_resizes_too,
        tasks_run_before_their_pool_is_steady,
        a_resize_by_formula_has_all_the_time;
    pool_changes:
        a_pool_that_is_deleted_takes_no_changes,
        only_an_empty_pool_changes_its_kind,
        resizes_and_removals_have_bounds;
    faults:
        what_was_asked_for_is_done_although_the_reply_is_lost,
        a_torn_download_fails_the_task_or_goes_on,
        a_clock_that_goes_wrong_spoils_tokens,
        a_clock_that_is_put_right_shows_the_right_time,
        launches_are_tried_again_by_the_service,
        launches_that_go_on_failing_fail_the_task,
        a_task_ends_while_its_launch_is_tried_again,
        job_managers_and_parts_of_tasks_are_launched_again_too;
    upgrades:
        a_node_is_upgraded_and_starts_again,
        tasks_of_a_node_that_is_upgraded_wait_again,
        a_deferred_upgrade_waits_for_the_tasks_of_its_node,
        an_idle_node_is_not_deferred_and_may_be_removed,
        pools_that_do_not_ask_for_it_are_not_upgraded;
    pool_limits:
        a_pool_whose_nodes_communicate_has_at_most_a_hundred,
        every_address_of_the_owner_serves_a_hundred_nodes,
        managed_images_bound_pools,
        a_resize_that_runs_out_of_time_says_so,
        nodes_that_do_not_leave_in_time_leave_later,
        a_resize_keeps_nodes_that_were_to_leave,
        low_priority_cores_have_a_quota_of_their_own,
        a_stopped_resize_lets_nodes_stay_that_have_not_left;
    user_accounts:
        tasks_run_as_the_account_they_name,
        without_a_word_it_is_the_automatic_user_of_the_pool,
        who_runs_elevated_has_sudo,
        accounts_are_shown_without_their_secrets,
        an_account_nobody_made_fails_the_task,
        wrong_accounts_are_refused,
        windows_has_its_own_accounts,
        start_tasks_name_an_account_of_their_pool,
        one_of_thousands_of_accounts_is_refused;
    mounts:
        mounts_are_shown_without_their_secrets,
        tasks_are_told_the_place_of_mounts_and_find_nothing,
        wrong_mounts_are_refused,
        mounts_have_to_be_complete,
        windows_mounts_shares_of_azure_files_alone;
    containers:
        tasks_and_pools_have_to_fit,
        passwords_of_registries_are_never_shown,
        wrong_containers_are_refused;
    autoscale:
        a_new_pool_has_the_size_its_formula_says,
        enabling_evaluates_at_once,
        a_pool_follows_its_tasks,
        tasks_count_that_could_run_and_instances_each,
        what_nothing_measures_has_no_samples,
        a_formula_that_changes_its_mind_keeps_its_nodes,
        samples_come_every_thirty_seconds,
        a_formula_that_fails_changes_nothing,
        a_formula_is_checked_before_it_is_taken,
        settings_have_to_fit_together,
        operations_are_refused_in_the_wrong_state,
        enabling_again_within_half_a_minute_is_refused,
        a_new_interval_begins_a_new_schedule,
        a_new_target_supersedes_the_resize_under_way,
        samples_take_a_minute_to_come_through,
        nodes_taken_away_are_replaced_at_the_next_evaluation,
        a_month_is_slept_through;
    nodes:
        a_reboot_requeues_and_runs_the_start_task_again,
        reimage_is_refused_on_pools_of_virtual_machines,
        a_node_without_scheduling_goes_offline,
        node_counts_equal_the_nodes_listed,
        a_new_node_knows_nothing_of_its_boot_yet;
    node_states:
        every_way_to_idle_leads_through_the_start_task,
        counts_name_every_pool_and_every_state,
        a_node_remembers_its_latest_tasks;
    environment:
        every_command_knows_where_it_runs;
    node_options:
        requeued_tasks_wait_again,
        terminated_tasks_end_as_failed,
        awaited_tasks_run_to_their_end_and_no_new_ones_come,
        retained_data_is_waited_for,
        retained_data_that_is_deleted_is_not_waited_for,
        what_prepared_a_node_is_retained_too,
        files_on_a_lost_disk_are_unavailable_and_not_waited_for,
        what_a_node_was_told_outlives_a_resize_that_was_stopped,
        strange_options_are_refused;
    start_tasks:
        it_prepares_the_node_for_its_tasks,
        a_failing_one_is_retried_and_then_keeps_tasks_away,
        without_waiting_for_success_tasks_run_all_the_same,
        a_missing_resource_file_fails_it,
        nodes_wait_for_it,
        one_without_a_limit_is_tried_until_it_succeeds,
        a_change_reaches_a_node_at_its_next_boot;
    jobs:
        a_job_goes_through_its_states,
        previous_states_are_resting_states,
        disabling_requeues_or_ends_running_tasks,
        terminating_leaves_waiting_tasks_active,
        a_job_can_end_with_its_tasks,
        a_job_can_run_out_of_time,
        a_disabled_job_can_be_moved_to_another_pool,
        deleting_a_job_takes_its_tasks_along,
        what_ends_refuses_by_name;
    job_states:
        a_job_can_be_terminated_from_every_state,
        a_job_can_be_deleted_in_every_state,
        its_time_goes_on_while_it_is_disabled,
        a_manager_keeps_its_job_from_being_complete,
        a_preparation_task_does_not,
        a_put_moves_a_disabled_job_alone,
        nothing_happens_to_it_unless_it_is_said;
    task_runs:
        each_run_has_the_whole_time,
        a_task_that_is_reactivated_begins_anew,
        jobs_that_end_reactivate_no_task;
    limits:
        display_names_have_1024_characters_everywhere,
        ids_have_64_characters_everywhere,
        a_node_has_four_slots_a_core_and_256_at_most,
        a_common_account_has_100_pools_300_jobs_and_500_low_priority_cores;
    tasks:
        every_field_of_a_successful_run_is_reported,
        exit_codes_and_missing_programs_are_told_apart,
        retries_are_counted_and_end,
        a_container_is_refused_unless_the_node_may_stand_in,
        a_task_that_fails_for_ever_does_not_stop_the_world,
        a_task_that_runs_too_long_is_ended,
        a_program_of_windows_that_runs_too_long_is_interrupted,
        a_waiting_task_can_be_terminated_and_reactivated,
        collections_report_each_task,
        priorities_come_before_submission_order,
        slots_are_shared_and_never_exceeded,
        tasks_are_spread_or_packed,
        environment_settings_are_layered,
        constraints_can_be_replaced,
        the_time_limit_in_force_is_the_last_one_given,
        files_outlive_the_task_until_their_retention_time_is_over;
    lifetime:
        tasks_older_than_180_days_do_not_run,
        enabling_a_job_does_not_run_them,
        a_run_under_way_is_ended_and_its_task_left,
        each_run_ends_at_the_age_of_its_own_task,
        a_task_that_is_prepared_is_left_preparing,
        the_parts_of_a_task_are_ended_with_it,
        a_job_ends_the_tasks_it_has_left,
        a_node_is_done_with_a_task_that_was_left,
        nobody_makes_room_for_them;
    job_tasks:
        a_node_is_prepared_once_before_its_first_task,
        what_it_did_is_told_node_by_node,
        what_is_not_given_is_filled_in,
        a_failing_preparation_sends_the_task_elsewhere,
        without_any_prepared_node_tasks_wait,
        without_waiting_for_success_tasks_run_alongside,
        a_preparation_task_can_run_out_of_time,
        a_preparing_task_can_be_terminated_and_requeued,
        every_prepared_node_is_released_when_the_job_ends,
        deleting_a_job_releases_its_nodes_too,
        a_release_task_has_limited_time,
        nodes_that_are_gone_stay_in_the_list,
        their_files_end_with_their_retention_time,
        force_does_not_wait_for_releases,
        what_makes_no_sense_is_refused;
    job_task_restarts:
        reboots_prepare_a_node_again_or_not,
        what_has_not_succeeded_runs_again_in_any_case,
        what_a_reboot_interrupts_runs_again_in_any_case,
        a_reimaged_node_is_prepared_again_in_any_case;
    multi_instance:
        all_nodes_coordinate_before_the_primary_runs,
        every_node_has_the_common_files_and_the_names_of_all,
        the_primary_alone_has_its_files_and_has_them_after_coordination,
        there_is_one_instance_unless_it_is_said,
        a_part_that_fails_fails_the_task_and_all_is_tried_again,
        without_the_right_pool_it_waits_and_holds_back_nobody,
        nodes_that_fall_free_are_kept_for_it,
        it_ends_everywhere_at_once,
        what_coordination_leaves_running_serves_until_the_task_ends,
        a_node_that_goes_takes_all_parts_back,
        all_its_nodes_are_prepared_first,
        settings_that_make_no_sense_are_refused;
    resource_files:
        they_are_there_before_the_command_and_can_be_run,
        a_container_keeps_its_directories,
        a_path_out_of_the_working_directory_fails_the_task,
        a_token_that_has_expired_fails_the_task,
        a_blob_that_is_not_there_fails_the_task,
        the_account_s_own_storage_needs_no_token,
        a_container_that_is_not_there_fails_the_task,
        they_are_fetched_for_every_run,
        only_storage_of_the_world_is_read;
    resource_lists:
        a_start_task_is_refused_with_a_list_that_is_too_long,
        a_task_is_refused_with_a_list_that_is_too_long,
        the_tasks_of_a_job_are_refused_with_lists_that_are_too_long,
        a_job_schedule_is_refused_with_a_list_that_is_too_long,
        a_list_that_is_too_long_is_no_body_that_is_too_long;
    packages:
        applications_are_listed_and_found,
        packages_of_a_pool_are_there_before_its_start_task,
        packages_of_a_task_come_with_it,
        windows_has_its_own_names_for_them,
        references_that_name_nothing_are_refused,
        a_change_reaches_nodes_when_they_restart,
        a_package_that_fails_ends_the_task_without_a_retry,
        a_package_that_fails_makes_the_node_unusable,
        an_automatic_pool_with_a_wrong_reference_ends_its_job;
    output_files:
        patterns_choose_files_and_name_blobs,
        windows_has_its_own_patterns,
        the_end_of_the_program_decides_and_headers_are_kept,
        a_failed_upload_fails_the_task_without_a_retry,
        large_files_travel_in_blocks,
        every_attempt_uploads_its_own,
        output_files_are_checked,
        an_identity_is_kept_and_fails_the_upload;
    files:
        task_files_can_be_listed_read_and_deleted,
        reads_of_files_hold_their_conditions,
        ranges_are_clamped_or_refused,
        paths_stay_below_their_root,
        node_files_show_the_documented_directories,
        large_output_is_cut_with_a_note,
        canned_programs_leave_their_empty_output,
        urls_of_files_are_encoded;
    dependencies:
        a_task_waits_for_all_it_names,
        ranges_need_every_number_and_ignore_leading_zeros,
        ranges_may_be_huge,
        a_failed_parent_blocks_until_it_is_run_again,
        a_dependent_can_be_ended_and_waits_again_when_it_is_reactivated,
        exit_options_satisfy_or_block,
        cycles_wait_for_ever,
        a_deleted_parent_is_waited_for_unless_it_was_satisfied,
        a_job_ends_when_all_its_dependents_have_run,
        dependencies_are_checked;
    exit_conditions:
        a_failed_task_ends_its_job,
        the_first_entry_that_fits_decides,
        a_task_that_is_ended_counts_as_failed,
        a_job_action_comes_after_the_last_retry,
        disabling_by_a_task_requeues_the_others,
        a_failed_upload_has_exit_options_of_its_own,
        exit_conditions_are_checked;
    job_manager:
        it_is_the_first_task_of_its_job,
        its_end_is_the_end_of_its_job,
        it_has_its_node_for_itself_unless_told_otherwise,
        it_can_keep_off_nodes_that_may_be_taken_away,
        it_is_first_again_after_a_restart,
        its_node_is_the_last_to_go,
        its_retries_are_those_of_the_job_when_that_was_made,
        its_output_files_are_uploaded_before_its_job_ends,
        job_managers_are_checked;
    scheduling:
        no_more_tasks_run_at_once_than_the_job_allows,
        jobs_of_one_priority_take_turns_or_go_by_age,
        picking_a_task_up_takes_seconds,
        a_wish_for_a_node_that_is_full_is_not_waited_for,
        a_priority_can_be_changed_while_tasks_wait,
        tasks_that_allow_it_give_way_to_higher_priorities,
        who_gives_way_can_be_changed,
        as_few_tasks_give_way_as_it_takes,
        a_job_manager_gives_way_with_its_whole_node,
        retries_are_taken_over_when_a_task_is_added,
        the_network_of_a_job_is_recorded,
        force_does_not_wait;
    errors:
        ids_and_values_out_of_range_are_refused,
        what_is_not_there_is_not_found,
        parts_that_are_not_there_are_not_found,
        what_exists_cannot_be_made_again,
        wrong_states_are_refused_by_name,
        what_is_not_simulated_is_refused_by_name,
        queries_are_checked,
        quotas_refuse_at_the_call;
    job_schedules:
        the_first_job_comes_at_once_and_the_next_after_the_interval,
        a_job_of_a_schedule_runs_tasks_in_a_directory_of_its_own,
        no_job_comes_before_its_time,
        one_job_is_active_at_a_time,
        a_turn_is_missed_when_its_window_is_over,
        a_window_longer_than_the_interval_never_ends,
        a_schedule_without_recurrence_makes_one_job_and_completes,
        a_schedule_completes_after_its_last_moment,
        a_disabled_schedule_makes_no_jobs_until_it_is_enabled,
        terminating_a_schedule_ends_its_active_job,
        deleting_a_schedule_takes_its_jobs_along,
        what_its_jobs_left_on_nodes_goes_with_them,
        deleting_the_active_job_lets_the_next_one_come,
        changes_reach_later_jobs_only,
        jobs_of_a_schedule_are_prepared_managed_and_released,
        wrong_schedules_are_refused,
        schedules_are_listed_filtered_and_guarded_by_tags;
    job_schedule_states:
        the_job_of_a_disabled_schedule_goes_on,
        a_disabled_schedule_can_be_terminated,
        active_schedules_count_for_the_quota_of_jobs,
        what_ends_or_goes_refuses_by_name;
    auto_pools:
        a_pool_comes_and_goes_with_its_job,
        without_a_prefix_the_id_is_a_guid_in_upper_case,
        a_deleted_job_takes_its_pool_along,
        a_pool_that_is_kept_alive_stays,
        nothing_else_of_it_can_be_changed,
        wrong_specifications_are_refused,
        the_jobs_of_a_schedule_can_share_one,
        priority_does_not_matter_between_them,
        a_quota_ends_the_job_not_the_request;
    statistics:
        a_task_tells_how_long_it_ran_and_waited,
        a_job_sums_up_its_tasks,
        a_schedule_sums_up_its_jobs,
        a_pool_tells_its_core_time,
        they_come_half_an_hour_late_in_a_world_like_the_cloud,
        only_statistics_are_expanded,
        the_usage_of_pools_is_told_in_half_hours,
        a_node_without_a_machine_uses_nothing,
        periods_of_usage_are_checked,
        a_list_of_usage_ends_with_the_usage_whatever_the_token_says,
        ages_without_usage_are_stepped_over;
    submission:
        many_tasks_are_added_and_each_refusal_is_told,
        without_a_job_nothing_is_added,
        a_job_takes_thousands_of_tasks;
    entities:
        a_node_is_the_same_alone_and_in_the_list,
        supported_images_name_the_agent_they_need,
        replacing_a_job_takes_back_what_is_not_given,
        a_file_of_a_node_is_described_and_deleted;
    not_simulated:
        there_are_no_job_schedules,
        ordinary_jobs_and_tasks_have_no_more_to_show;
    machines:
        a_deallocated_node_keeps_its_place_and_starts_again,
        what_runs_on_a_deallocated_node_is_up_to_the_option,
        machines_are_handled_in_the_right_state_only,
        a_preempted_node_comes_back_as_itself,
        preemption_takes_the_latency_of_the_world_and_spares_dedicated_nodes,
        broken_nodes_say_why_and_recover,
        useless_nodes_go_first,
        formulas_count_preempted_nodes_among_the_current_ones;
    logins:
        users_of_a_node_are_made_changed_and_deleted,
        wrong_users_are_refused,
        users_of_windows_nodes_have_passwords,
        every_node_has_its_own_place_to_log_in,
        extensions_of_the_pool_are_on_its_nodes,
        wrong_extensions_are_refused,
        the_log_of_a_node_goes_to_a_container;
    bad_values:
        words_of_identities_are_known_ones,
        words_of_containers_are_known_ones,
        urls_and_modes_of_files_have_to_be_some;
    recorded_properties:
        what_is_not_acted_on_is_kept_and_shown,
        wrong_networks_are_refused,
        networks_on_their_bounds_are_taken,
        wrong_disks_and_policies_are_refused;
}
